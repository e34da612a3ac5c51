"""The addresses of signing in and of one's own account, under `/accounts/`."""

from django.urls import path

from registry import accounts, own_account, password_reset

urlpatterns = [
    path("", own_account.account, name="account"),
    path("login/", accounts.sign_in, name="login"),
    path("login/code/", accounts.code, name="sign-in-code"),
    path("login/factor/", accounts.factor, name="sign-in-factor"),
    path("login/password/", accounts.new_password, name="sign-in-password"),
    path("logout/", accounts.sign_out, name="logout"),
    path("password/", own_account.password, name="own-password"),
    path("password/reset/", password_reset.ask, name="password-reset"),
    path("password/reset/sent/", password_reset.sent, name="password-reset-sent"),
    path("password/reset/new/", password_reset.new, name="password-new"),
    path("password/reset/<str:key>/<str:token>/", password_reset.link, name="password-link"),
    path("factor/", own_account.factor, name="own-factor"),
    path("typed/", own_account.typed, name="typed"),
    path("sessions/", own_account.sessions, name="own-sessions"),
]
