"""How a token opens the interface, and only the interface: `Authorization: Bearer bangfu_…`."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission

from .attempts import address_of
from .guesses import count
from .models import Guess, Scope, SignIn
from .read_only import only_reads, read_only_session
from .session_roles import role_of, role_taken
from .sign_ins import note
from .tokens import BadToken, known_token
from .trail import through


class TokenAuthentication(BaseAuthentication):
    """The owner of the token that was shown. Another kind of `Authorization` is refused, never passed over: who
    believes to have signed in must not be answered as a stranger."""

    def authenticate(self, request):
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        request._request.public.close()  # no stranger's session any more: what follows is asked as an account
        scheme, _space, shown = header.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise BadToken(_("Only a token is known here: Authorization: Bearer bangfu_…"))
            token = known_token(shown.strip())
        except BadToken as refusal:
            self._count(request)
            with override("en"):
                request.refused = str(refusal.words).encode("ascii", "ignore").decode()
            raise AuthenticationFailed(str(refusal.words)) from refusal
        request._request.database_role.enter_context(role_taken(*role_of(token.owner)))
        if only_reads(token.owner):
            if request.method not in SAFE_METHODS:
                raise PermissionDenied(_("Your role reads the register and writes nothing."))
            request._request.reading_only.enter_context(read_only_session())
        through.set(str(token))
        return token.owner, token

    def _count(self, request):
        """Wrong tokens are counted by address. A true one is never refused for the wrong ones of a neighbour."""
        note(SignIn.What.TOKEN, request=request)
        tries = count(Guess.What.TOKEN, address_of(request), most=settings.LOCKS["address"])
        if not tries.may:
            raise Throttled(tries.seconds, _("Too many wrong tokens from your address."))

    def authenticate_header(self, request):
        why = getattr(request, "refused", "")
        return 'Bearer realm="api"' + (f', error="invalid_token", error_description="{why}"' if why else "")


class WithinScope(BasePermission):
    """A token does what its scopes say: `read`, and what the view names as `write_scope`. Sessions have no scopes."""

    def has_permission(self, request, view):
        if request.auth is None:
            return True
        wanted = Scope.READ if request.method in SAFE_METHODS else getattr(view, "write_scope", None)
        if wanted is None:
            raise PermissionDenied(_("No token opens this."))
        if wanted not in request.auth.scopes:
            raise PermissionDenied(_("This token is not good for that: it lacks the scope “%s”.") % wanted.value)
        return True


class TokenScheme(OpenApiAuthenticationExtension):
    """What the description says of tokens."""

    target_class = "registry.core.token_access.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "; ".join(f"`{scope.value}`: {scope.label}" for scope in Scope),
        }
