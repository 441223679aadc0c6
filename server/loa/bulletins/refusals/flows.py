"""What who lays down a way of approval may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class FlowNameNeeded(Refusal):
    """The flow has no name, or one that is too long."""

    code = "flow_name_needed"
    sentence = _("Give the way of approval a name of at most %(longest)s characters.")


class FlowStepsWrong(Refusal):
    """There is no step, there are too many, one has no sensible time, or the last does not decide where and when."""

    code = "flow_steps_wrong"
    sentence = _(
        "A way has 1 to %(most)s steps of 1 to %(hours)s working hours each, "
        "and the last one decides on where and when as well."
    )


class CannotDecide(Refusal):
    """Whom a step names does not have the right to approve there."""

    code = "cannot_decide"
    sentence = _("Whom a step names has no right to approve bulletins there. Choose another, or change the role first.")


class FlowPast(Refusal):
    """The day lies in the past: what happened is not changed."""

    code = "flow_past"
    sentence = _("A way of approval begins and ends today or later.")
