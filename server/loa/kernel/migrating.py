"""How a migration makes a table without Django rendering anew every model that leads to it."""

from django.db import migrations
from django.db.migrations.state import ProjectState


class CreateModel(migrations.CreateModel):
    """Django's operation, which renders the new model alone.

    Django renders each model that hangs together with the new one again, however far away: almost all of ours, for each
    table. Nothing leads to a model that was not there before; so those that stand need no other form.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take the model into the state, and render it where others are rendered."""
        rendered = state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        if rendered is not None:
            rendered.render_multiple([state.models[app_label, self.name_lower]])
            state.__dict__["apps"] = rendered
