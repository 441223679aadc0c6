"""Addresses below /desk/inbox/."""

from django.urls import path

from loa.schedules.web import agreeing, inbox

app_name = "inbox"
urlpatterns = [
    path("", inbox.inbox, name="list"),
    path("<uuid:receipt_id>/", inbox.item, name="item"),
    path("<uuid:receipt_id>/take/", inbox.take, name="take"),
    path("<uuid:receipt_id>/skip/", inbox.skip, name="skip"),
    path("<uuid:receipt_id>/move/", inbox.move, name="move"),
    path("slots/<uuid:slot_id>/agree/", agreeing.agree, name="agree"),
    path("slots/<uuid:slot_id>/disagree/", agreeing.disagree, name="disagree"),
    path("order/<uuid:clash_id>/", inbox.order, name="order"),
]
