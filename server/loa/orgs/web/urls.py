"""Addresses below /desk/."""

from django.urls import path

from loa.orgs.web import views

app_name = "orgs"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/add/", views.add, name="add"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/grant/", views.grant, name="grant"),
    path("people/<int:pk>/close/", views.deactivate, name="deactivate"),
    path("people/<int:pk>/open/", views.reactivate, name="reactivate"),
    path("people/<int:pk>/password/", views.reset, name="reset"),
    path("people/roles/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
