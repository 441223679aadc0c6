"""Addresses below /desk/."""

from django.urls import path

from loa.accounts.web import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("me/", views.account, name="account"),
    path("me/sessions/end/", views.end_others, name="end_others"),
    path("me/sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
