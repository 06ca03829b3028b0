"""What the document says before it comes to the operations."""

INTRODUCTION = """施策トラッカー: who owns each measure of a policy document, how far it is, and on what evidence.

**Reading.** What is published (the registry, approved reports and their values) is open to anyone unless the operator
closes it. A list answers `{"items": [...], "next": cursor or null}`: send `next` as `cursor`, with the same filters,
for the next page. Filters are combined by AND, repeated values by OR; a parameter or value that does not exist is
refused with the nearest one that does. A parameter takes at most 200 characters.

**Writing.** A token goes into `Authorization: Bearer <id>.<secret>`, or into HTTP Basic with the id as user name and
the secret as password; never into an address. A signed-in browser sends its CSRF token as `X-CSRFToken`. Everything
that is created or acted on needs an `Idempotency-Key`; sent again within 24 hours, the key gets the first answer again.
What has a version needs `If-Match` with the `ETag` that was read.

**Bodies.** JSON in UTF-8, at most 1 MiB and 32 deep, without duplicate keys, unknown fields, NaN, control characters
(line breaks and tabs are taken) or marks that turn the direction of text around. Blanks around a text are left out.
Decimals are strings such as `"16.1"`, days `YYYY-MM-DD`, instants end with their offset, `+09:00`.

**Language.** Codes are the same in every language. Labels and the sentences of refusals come in Japanese or English,
by `Accept-Language`.

**Refusals.** Every one is an `application/problem+json` (RFC 9457) with a `code` for programs, a `detail` for people
and, where several things are wrong, all of them in `errors`. They come in this order: 401, 404, 403, 428, 412, 400 for
the shape, 409, 400 for what is missing.
"""
