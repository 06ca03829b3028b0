"""Sessions that last, and what opens an account beside its password: tables of allauth's, guarded here like ours."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import models

from measures.models.guards import audited


class SignIn(models.Model):
    """Where and when a session began and when it was last used; gone with the session.

    Whoever has the key of a session has the session: pages and the log call it by `public_id`.
    """

    session = models.OneToOneField("sessions.Session", models.CASCADE, primary_key=True, related_name="+")
    public_id = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    how = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id


class Factor(Authenticator):
    """A person's second factor: the key of the codes (TOTP), or the codes for when it is lost; both encrypted.

    `last_used_at` of a TOTP is the beginning of the 30 seconds whose code was used last: no code is good twice.
    """

    class Meta:
        proxy = True
        # last_used_at is a note of use, not a change of what opens the account.
        triggers = [audited("user_id", "type", "data", "created_at")]


class Identity(SocialAccount):
    """A person's account at the identity provider: `provider` is its issuer, `uid` the subject there."""

    class Meta:
        proxy = True
        # last_login is a note of a session; nothing that the provider says of a person is kept.
        triggers = [audited("user_id", "provider", "uid", "date_joined", "extra_data")]
