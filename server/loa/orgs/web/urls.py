"""Addresses below /desk/."""

from django.urls import path

from loa.orgs.web import reorganisation_acts as acts
from loa.orgs.web import reorganisations, views

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
    path("reorganisations/", reorganisations.reorganisations, name="reorganisations"),
    path("reorganisations/new/", reorganisations.new, name="reorganisation_new"),
    path("reorganisations/new/<slug:kind>/", reorganisations.compose, name="reorganisation_compose"),
    path("reorganisations/reform/", reorganisations.reform, name="reorganisation_reform"),
    path("reorganisations/<uuid:pk>/", reorganisations.reorganisation, name="reorganisation"),
    path("reorganisations/<uuid:pk>/progress/", reorganisations.progress, name="reorganisation_progress"),
    path("reorganisations/<uuid:pk>/rehearse/", acts.rehearse, name="reorganisation_rehearse"),
    path("reorganisations/<uuid:pk>/place/", acts.place, name="reorganisation_place"),
    path("reorganisations/<uuid:pk>/approve/", acts.approve, name="reorganisation_approve"),
    path("reorganisations/<uuid:pk>/decline/", acts.decline, name="reorganisation_decline"),
    path("reorganisations/<uuid:pk>/withdraw/", acts.withdraw, name="reorganisation_withdraw"),
    path("reorganisations/<uuid:pk>/undo/", acts.undo, name="reorganisation_undo"),
    path("reorganisations/<uuid:pk>/compensate/", acts.compensate, name="reorganisation_compensate"),
    path("reorganisations/<uuid:pk>/handover.<slug:form>", acts.handover_list, name="reorganisation_handover"),
]
