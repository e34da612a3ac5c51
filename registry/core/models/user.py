import datetime
from functools import cache, cached_property

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group, Permission
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgtrigger import Insert, Update

from ..fields import TextLine
from ..prepared import Asked, Prepared
from ..refusals import word_refusals
from ..roles import ADMINISTRATORS, DESK_ROLES, READS_EVERYTHING, Role
from ..triggers import Guard, trail_triggers
from .record import Record

UNUSED = datetime.timedelta(days=90)
"""Accounts that nobody has used for so long are to be looked at (GB/T 22239-2019: superfluous accounts)."""


class UserQuerySet(models.QuerySet):
    def unused(self, *, now=None):
        """Open accounts, opened and last used 90 days ago or longer, also by no other system."""
        before = (now or timezone.now()) - UNUSED
        rows = self.filter(is_active=True, date_joined__lt=before).exclude(last_login__gte=before)
        return rows.exclude(tokens__last_used_on__gte=timezone.localdate(before))

    def holding(self, *roles):
        return self.filter(groups__name__in=roles).distinct()

    def demo(self):
        return self.filter(is_demo=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Record, AbstractUser):
    """An account. What it may do comes from its roles (Django groups), what it sees from
    `counties.Posting` and `orgs.Membership`. Nobody is a superuser."""

    personal = {"name": "name", "phone": "phone", "email": "text"}
    trail_hidden = ("password", "last_login")

    first_name = None
    last_name = None
    name = TextLine(_("name"), max_length=60)
    phone = TextLine(_("telephone"), max_length=30, blank=True)
    password_at = models.DateTimeField(_("password changed at"), default=timezone.now, db_default=Now(), editable=False)
    must_change = models.BooleanField(_("must choose a new password"), default=False, db_default=False, editable=False)

    groups = models.ManyToManyField(
        Group, through="UserRole", related_name="user_set", related_query_name="user", verbose_name=_("roles")
    )

    objects = UserManager()
    REQUIRED_FIELDS = ("name",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = (("assign_role", _("Can give and take roles")),)
        constraints = (
            models.CheckConstraint(name="user_never_superuser", condition=Q(is_superuser=False)),
            models.UniqueConstraint(  # whoever asks looks without regard to capitals, and two may ask at once
                Lower("username"), name="user_name_whatever_capitals",
                violation_error_message=_("This user name cannot be used. Choose another one."),
            ),
        )  # fmt: skip

    def __str__(self):
        return self.name or self.username

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_at = timezone.now()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def _perm_cache(self):
        """All permissions, under the name by which Django's backend asks for them: by one question, where that puts two
        into SQL for each request."""
        return {f"{app}.{name}" for app, name in _permissions().ask(key=self.pk)}

    @cached_property
    def roles(self):
        """The roles held, as a frozenset of `Role` values."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def roles_in_words(self):
        """The roles held, of an account whose groups were fetched along."""
        return "、".join(
            sorted(str(Role(group.name).label) for group in self.groups.all() if group.name in Role.values)
        )

    def holds(self, *roles):
        return not self.roles.isdisjoint(roles)

    @property
    def reads_everything(self):
        return self.is_active and self.holds(*READS_EVERYTHING)

    @property
    def is_staff(self):
        """Whether Django's admin, which is the desk, may let this account in."""
        return self.is_active and self.holds(*DESK_ROLES)

    @property
    def is_bureau(self):
        return self.holds(Role.BUREAU)


def reads_everything(user):
    """Whether this is an account, and not a stranger, that reads all of the register."""
    return user.is_authenticated and user.reads_everything


ONE_ROLE = "an administrator holds this one role"
_APART = f"""
    DECLARE held integer; administrators integer;
    BEGIN
        -- Whoever gives this account another role at the same time waits here, and then sees this one.
        PERFORM FROM core_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
        SELECT count(*), count(*) FILTER (WHERE g.name IN ({", ".join(f"'{role}'" for role in sorted(ADMINISTRATORS))}))
            INTO held, administrators
            FROM core_userrole r JOIN auth_group g ON g.id = r.group_id WHERE r.user_id = NEW.user_id;
        IF administrators > 0 AND held > 1 THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{ONE_ROLE}',
                TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NULL;
    END
"""  # noqa: S608 - of this module's own words
word_refusals(
    {ONE_ROLE: _("An administrator's role is held alone: take the other roles away, or use another account.")}
)


@cache
def _permissions():
    """What gives (app, codename) of all that an account may do, by its roles and past them."""
    rows = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    return Prepared(rows.filter(group__user=Asked("key")).union(rows.filter(user=Asked("key"))))


class UserRole(Record):
    """A role that an account holds; every giving and taking is in the trail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="held_roles", verbose_name=_("account"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="holders", verbose_name=_("role"))
    trail_root = "user"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        constraints = (models.UniqueConstraint(fields=("user", "group"), name="role_held_once"),)
        triggers = (*Record.Meta.triggers, Guard(name="administrators_apart", operation=Insert | Update, body=_APART))

    def __str__(self):
        return f"{self.user} · {self.group}"


class DirectPermission(User.user_permissions.through):
    """Django's own table of rights given past the roles: nobody is given any, and the trail would show it."""

    trail_root = "user"

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = trail_triggers()


class RoleName(Group):
    """Django's table of groups, which hold the roles."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = trail_triggers()


class RolePermission(Group.permissions.through):
    """Django's table of what each group may do, as `load_roles` fills it."""

    trail_root = "group"

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = trail_triggers()
