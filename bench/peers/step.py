"""A MoCLR training step in PyTorch as one would write it for speed: channels-last, fused optimiser and target updates, no gradient kept."""
import contextlib
import copy

from serve import need, serve, setup, timed

torch = need("torch")
from network import encoder

given = setup()
device = torch.device(given["device"])
torch.set_num_threads(given["threads"])
side, batch = given["model"]["side"], given["batch"]


def synchronize():
    if device.type == "cuda":
        torch.cuda.synchronize()


class Training:
    def __init__(self, layout, compiled):
        torch.manual_seed(1)
        self.format = torch.channels_last if layout == "channels-last" else torch.contiguous_format
        self.online = encoder(given["model"]).to(device).to(memory_format=self.format)
        self.target = copy.deepcopy(self.online).requires_grad_(False)
        self.pairs = (list(self.target.parameters()), list(self.online.parameters()))
        self.buffers = [b for b in zip(self.target.buffers(), self.online.buffers())]
        weights = [p for p in self.pairs[1] if p.dim() > 1]
        others = [p for p in self.pairs[1] if p.dim() <= 1]
        self.optimizer = torch.optim.SGD([{"params": weights, "weight_decay": 5e-4}, {"params": others}], lr=1e-4, momentum=0.9, foreach=True)
        self.views = [torch.randn(batch, 3, side, side) for _ in range(2)]
        self.labels = torch.arange(batch, device=device)
        self.forward = torch.compile(self.pair) if compiled else self.pair

    def pair(self, first, second):
        online = [nn(v) for nn, v in ((self.online, first), (self.online, second))]
        with torch.no_grad():
            target = [nn(v) for nn, v in ((self.target, first), (self.target, second))]
        return online, target

    def step(self):
        # Batches come from a loader: they are moved and laid out in each step.
        first, second = (v.to(device).contiguous(memory_format=self.format) for v in self.views)
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, torch.bfloat16) if given["bf16"] else contextlib.nullcontext():
            online, target = self.forward(first, second)
        q = [torch.nn.functional.normalize(v.float(), dim=1) for v in online]
        k = [torch.nn.functional.normalize(v.float(), dim=1) for v in target]
        loss = sum(torch.nn.functional.cross_entropy(a @ b.t() / 0.2, self.labels) for a, b in ((q[0], k[1]), (q[1], k[0])))
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_mul_(self.pairs[0], 0.99)
            torch._foreach_add_(self.pairs[0], self.pairs[1], alpha=0.01)
            for own, theirs in self.buffers:
                own.copy_(theirs)
        return loss.item()


trainings = {}


def measure(request):
    key = (request["layout"], request["compiled"])
    if key not in trainings:
        trainings[key] = Training(*key)
        for _ in range(3):
            trainings[key].step()
    synchronize()

    def steps():
        for _ in range(request["steps"]):
            trainings[key].step()
        synchronize()
    return timed(steps)[0]


serve(f"PyTorch {torch.__version__}", measure)
