"""A few training steps of whole methods, worked out by PyTorch in double precision.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0
    /tmp/venv/bin/python scripts/parity/method_steps.py > test/parity/method-steps.json

A network of one hidden layer, its weights and the batches of every step; and the weights after the steps. The losses and
the order of things are the released codes': thuml/Transfer-Learning-Library (MCC, MDD, Co-Tuning) and
kekmodel/FixMatch-pytorch; LP-FT is two optimisers one after the other. SGD with momentum 0.9 and weight decay 0.01.
"""

import json
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from gradient_reversal import Reverse

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
STEPS, BATCH, INPUTS, HIDDEN, CLASSES, SOURCE_CLASSES = 5, 8, 6, 5, 3, 4


def rounded(tensor):
    return (tensor.detach() * 1000).round() / 1000


def linear(inputs, outputs):
    layer = nn.Linear(inputs, outputs)
    layer.weight.data = rounded(torch.randn(outputs, inputs) * 0.6)
    layer.bias.data = rounded(torch.randn(outputs) * 0.2)
    return layer


def images():
    return rounded(torch.randn(BATCH, INPUTS))


def labels(step):
    return (torch.arange(BATCH) + step) % CLASSES


def numbers(tensor):
    return [float(f'{x:.8g}') for x in tensor.detach().flatten().tolist()]


def layers(**named):
    """Kernels as Graft has them: [inputs, outputs]."""
    return {name: {'kernel': numbers(layer.weight.T), 'bias': numbers(layer.bias)} for name, layer in named.items()}


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01)


def train(parts, batches, loss, factors=None):
    """Optimiser steps over the batches; the learning rate of a part is multiplied by its factor."""
    factors = factors or {}
    optimizer = sgd([{'params': part.parameters(), 'lr': 0.1 * factors.get(name, 1)} for name, part in parts.items()])
    losses = []
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        value = loss(batch, step)
        value.backward()
        optimizer.step()
        losses.append(float(f'{value.item():.8g}'))
    return losses


cases = []


def record(method, before, parts, batches, losses, **more):
    cases.append({'method': method, 'before': before, 'batches': batches, 'losses': losses, 'after': layers(**parts), **more})


def plain(batch):
    return {key: numbers(value) if value.is_floating_point() else value.tolist() for key, value in batch.items()}


def mcc_loss(logits):
    predictions = F.softmax(logits / 2.5, dim=1)
    weights = 1 + torch.exp(-(-predictions * torch.log(predictions + 1e-5)).sum(1).detach())
    weights = (len(logits) * weights / torch.sum(weights)).unsqueeze(dim=1)
    confusion = torch.mm((predictions * weights).transpose(1, 0), predictions)
    confusion = confusion / torch.sum(confusion, dim=1)
    return (torch.sum(confusion) - torch.trace(confusion)) / logits.shape[1]


two_domains = [{'source': images(), 'labels': labels(step), 'target': images() + 0.5} for step in range(STEPS)]

body, head = linear(INPUTS, HIDDEN), linear(HIDDEN, CLASSES)
before = layers(body=body, head=head)


def mcc(batch, _step):
    def run(x):
        return head(F.relu(body(x)))
    return F.cross_entropy(run(batch['source']), batch['labels']) + mcc_loss(run(batch['target']))


losses = train({'body': body, 'head': head}, two_domains, mcc)
record('mcc', before, {'body': body, 'head': head}, [plain(batch) for batch in two_domains], losses)

body, head, adversary = linear(INPUTS, HIDDEN), linear(HIDDEN, CLASSES), linear(HIDDEN, CLASSES)
before = layers(body=body, head=head, adversary=adversary)


def mdd(batch, step):
    source, target = F.relu(body(batch['source'])), F.relu(body(batch['target']))
    # Transfer-Learning-Library's layer with alpha 10 over the training, here of ten steps, and hi 0.1.
    coefficient = 0.1 * (2 / (1 + math.exp(-10 * step / 10)) - 1)
    y_s, y_t = head(source), head(target)
    y_s_adv, y_t_adv = adversary(Reverse.apply(source, coefficient)), adversary(Reverse.apply(target, coefficient))
    source_loss = -4 * F.cross_entropy(y_s_adv, y_s.max(1)[1], reduction='none')
    shifted = torch.log(torch.clamp(1. - F.softmax(y_t_adv, dim=1) + 1e-6, max=1.))
    target_loss = -F.nll_loss(shifted, y_t.max(1)[1], reduction='none')
    return F.cross_entropy(y_s, batch['labels']) - (source_loss + target_loss).mean()


parts = {'body': body, 'head': head, 'adversary': adversary}
losses = train(parts, two_domains, mdd)
record('mdd', before, parts, [plain(batch) for batch in two_domains], losses)

few_labels = [{'images': images(), 'labels': labels(step), 'weak': 2 * images(), 'strong': images()} for step in range(STEPS)]
body, head = linear(INPUTS, HIDDEN), linear(HIDDEN, CLASSES)
before = layers(body=body, head=head)
sure = []


def fixmatch(batch, _step):
    logits = head(F.relu(body(torch.cat([batch['images'], batch['weak'], batch['strong']]))))
    logits_x, logits_u_w, logits_u_s = logits.chunk(3)
    max_probs, targets_u = torch.max(torch.softmax(logits_u_w.detach(), dim=-1), dim=-1)
    mask = max_probs.ge(0.6).double()
    sure.append(mask.sum().item())
    return F.cross_entropy(logits_x, batch['labels']) + (F.cross_entropy(logits_u_s, targets_u, reduction='none') * mask).mean()


losses = train({'body': body, 'head': head}, few_labels, fixmatch)
assert 0 < sum(sure) < STEPS * BATCH, 'some answers must be sure, and some not'
record('fixmatch', before, {'body': body, 'head': head}, [plain(batch) for batch in few_labels], losses)

labelled = [{'images': images(), 'labels': labels(step)} for step in range(STEPS)]
body, source_head, head = linear(INPUTS, HIDDEN), linear(HIDDEN, SOURCE_CLASSES), linear(HIDDEN, CLASSES)
before = layers(body=body, sourceHead=source_head, head=head)
granted = {'images': torch.cat([batch['images'] for batch in labelled]), 'labels': torch.cat([batch['labels'] for batch in labelled])}
with torch.no_grad():
    probabilities = F.softmax(source_head(F.relu(body(granted['images']))), dim=1)
relationship = torch.stack([probabilities[granted['labels'] == each].mean(0) for each in range(CLASSES)])


def co_tuning(batch, _step):
    features = F.relu(body(batch['images']))
    source = torch.mean(torch.sum(-relationship[batch['labels']] * F.log_softmax(source_head(features), dim=-1), dim=-1))
    return F.cross_entropy(head(features), batch['labels']) + 2.3 * source


parts = {'body': body, 'sourceHead': source_head, 'head': head}
losses = train(parts, labelled, co_tuning, {'head': 10})
record('co-tuning', before, parts, [plain(batch) for batch in labelled], losses, granted=plain(granted))

body, source_head, head = linear(INPUTS, HIDDEN), linear(HIDDEN, SOURCE_CLASSES), linear(HIDDEN, CLASSES)
before = layers(body=body, sourceHead=source_head, head=head)


def supervised(batch, _step):
    return F.cross_entropy(head(F.relu(body(batch['images']))), batch['labels'])


losses = train({'head': head}, labelled, supervised, {'head': 2})
losses += train({'body': body, 'head': head}, labelled, supervised, {'body': 0.5})
record('lp-ft', before, {'body': body, 'head': head}, [plain(batch) for batch in labelled], losses)

entries = ',\n'.join('  ' + json.dumps(entry, separators=(',', ':')) for entry in cases)
print('{"made_by":"scripts/parity/method_steps.py","torch":"%s","cases":[\n%s\n]}' % (torch.__version__.split('+')[0], entries))
