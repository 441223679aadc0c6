"""Addresses below /desk/."""

from django.urls import path

from loa.accounts.web import confirming, factors, providers, second, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/second/", second.second, name="second"),
    path("sign-in/with/<slug:slug>/", providers.begin, name="begin_provider"),
    path("sign-in/back/<slug:slug>/", providers.back, name="back_from_provider"),
    path("sign-in/invitation/", providers.invited, name="invited"),
    path("me/identities/new/", providers.begin_link, name="begin_link"),
    path("me/identities/bind/", providers.link, name="link"),
    path("me/identities/<int:pk>/remove/", providers.unlink, name="unlink"),
    path("sign-in/passkey/", second.sign_in_by_passkey, name="sign_in_by_passkey"),
    path("sign-in/passkey/begin/", second.begin_passkey, name="begin_passkey"),
    path("confirm/", confirming.confirm, name="confirm"),
    path("confirm/passkey/", confirming.begin_passkey, name="confirm_passkey"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("me/", views.account, name="account"),
    path("me/sessions/end/", views.end_others, name="end_others"),
    path("me/sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("me/factors/", factors.choose, name="factors"),
    path("me/factors/app/", factors.app, name="app"),
    path("me/factors/app/remove/", factors.remove_app, name="remove_app"),
    path("me/factors/passkey/", factors.passkey, name="passkey"),
    path("me/factors/passkey/begin/", factors.begin_passkey, name="new_passkey"),
    path("me/factors/passkey/<int:pk>/remove/", factors.remove_passkey, name="remove_passkey"),
    path("me/factors/codes/", factors.renew_codes, name="renew_codes"),
]
