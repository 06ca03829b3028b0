"use strict";

// A signed-in browser's writes carry its CSRF token; the rest is what the page of Swagger UI does by itself.
const csrfToken = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1];

window.ui = SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const token = csrfToken();
    if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token;
    return request;
  },
});
