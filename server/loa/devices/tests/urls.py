from django.urls import path

from loa.devices import api

urlpatterns = [path("device/v1/", api.urls)]
