from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "symptoms.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
