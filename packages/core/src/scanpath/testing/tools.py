"""What people do to a module: copy it, save it, run it in bfloat16, compile it."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from scanpath.testing.gradients import backward, projection
from scanpath.testing.rows import difference
from scanpath.testing.subject import Subject, seeded, visible
from scanpath.testing.weights import kind_holds

BF16_TOLERANCE = 3e-2
"""Eight bits of mantissa, summed over a dozen regions."""


def deep_copy(subject: Subject) -> None:
    """A deepcopy, made after a call, gives equal results and shares no parameter."""
    module, inputs = subject.build(), subject.inputs(masked=True)
    expected = visible(subject.call(module, inputs))
    with subject.attempt("cannot be deep-copied after a call", "keep no tensor of a call, no lambda and no handle"):
        twin = copy.deepcopy(module)
    shared = {parameter.data_ptr() for parameter in module.parameters()}
    if any(parameter.data_ptr() in shared for parameter in twin.parameters()):
        raise subject.fault("a deepcopy shares parameters with its original", "hold parameters on the module itself")
    for name, tensor in visible(subject.call(twin, inputs)).items():
        if said := difference(expected[name], tensor, subject.tolerance):
            raise subject.fault(f"deep-copying it {said} ({name})", "hold all state on the module itself")


def state_dict(subject: Subject) -> None:
    """Whatever changes results is in the state dict: loaded into a fresh build, results are equal."""
    module, inputs = subject.build(0), subject.inputs(masked=True)
    with seeded(3), torch.no_grad():
        subject.run(module.train(), inputs, "in training mode", "make a call in training mode work")
    module.eval()
    state = module.state_dict()
    alien = [name for name, value in state.items() if not isinstance(value, Tensor)]
    if alien:
        raise subject.fault(f"the state dict holds {', '.join(alien)}, not a tensor", "register a buffer instead")
    fresh = subject.build(5)
    with subject.attempt("a fresh build cannot load the state dict", "register the same names in every build"):
        fresh.load_state_dict(state)
    expected = visible(subject.call(module, inputs))
    for name, tensor in visible(subject.call(fresh, inputs)).items():
        if said := difference(expected[name], tensor, subject.tolerance):
            raise subject.fault(
                f"a round trip through the state dict {said} ({name}), so it loses state",
                "register a parameter or a buffer for whatever changes results",
            )


def autocast(subject: Subject) -> None:
    """Under bf16 autocast it runs forwards and backwards, stays finite and keeps its kind."""
    remedy = "let the dtypes of tensors that meet agree, and take masks' fillers from the dtype at hand"
    for dtype in (torch.float32, torch.bfloat16):
        module, inputs = subject.build(), subject.inputs(masked=True)
        inputs = inputs._replace(
            regions=inputs.regions.to(dtype),
            tokens=None if inputs.tokens is None else inputs.tokens.to(dtype),
            query=None if inputs.query is None else inputs.query.to(dtype),
        )
        situation = f"under bf16 autocast on {str(dtype).removeprefix('torch.')} inputs"
        with _bf16(subject.device):
            sides = subject.run(module, inputs, situation, remedy)
            found = backward(subject, module, inputs).parameters
        for side in sides:
            if subject.role != "Scorer":
                kind_holds(subject, module, side, tolerance=BF16_TOLERANCE)
            for name, tensor in side.visible().items():
                if not tensor.isfinite().all():
                    raise subject.fault(f"{situation} the {name} are not finite", remedy)
        for name, gradient in found.items():
            if not gradient.isfinite().all():
                raise subject.fault(f"{situation} the gradient of {name} is not finite", remedy)


@contextlib.contextmanager
def _bf16(device: str) -> Iterator[None]:
    # On some virtual machines oneDNN believes in matrix units that the host withholds, and bf16 layers crash or kill
    # the process; torch's own layers obey the same rules of dtypes.
    enabled: bool = torch._C._get_mkldnn_enabled()  # noqa: SLF001 - torch.backends.mkldnn.flags() warns
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        torch._C._set_mkldnn_enabled(enabled and device != "cpu")  # noqa: SLF001 - likewise
        try:
            yield
        finally:
            torch._C._set_mkldnn_enabled(enabled)  # noqa: SLF001 - likewise


def compiled(subject: Subject) -> None:
    """``torch.compile`` takes it as one graph and gives equal results and gradients."""
    if subject.backend is None:
        return
    module, inputs = subject.build(), subject.inputs(masked=True)
    # torch differentiates no recurrence of its own through a compiled graph (2.11 to 2.15), so that is left out here.
    recurrent = any(isinstance(part, nn.RNNBase) for part in module.modules())
    torch._dynamo.reset()  # noqa: SLF001 - torch offers no public name for it
    with (
        torch._dynamo.config.patch(allow_rnn=True),  # noqa: SLF001 - likewise
        subject.attempt(
            "torch.compile cannot take it as one graph", "avoid .item(), prints and values that steer Python"
        ),
        torch.set_grad_enabled(not recurrent),
    ):
        graph = torch.compile(module, backend=subject.backend, fullgraph=True)
        got = subject.call(graph, inputs)
        gradients = () if recurrent else _gradients(module, projection(got))
    expected = subject.call(module, inputs)
    for name, tensor in visible(expected).items():
        if said := difference(tensor, visible(got)[name], subject.tolerance):
            raise subject.fault(f"compiling it {said} ({name})", "let nothing depend on Python state")
    if not recurrent:
        for one, other in zip(_gradients(module, projection(expected)), gradients, strict=True):
            if said := difference(one, other, subject.tolerance):
                raise subject.fault(f"compiling it {said} (a gradient)", "let nothing depend on Python state")


def _gradients(module: nn.Module, loss: Tensor) -> tuple[Tensor, ...]:
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    found = torch.autograd.grad(loss, parameters, allow_unused=True, retain_graph=False) if parameters else ()
    return tuple(gradient for gradient in found if gradient is not None)
