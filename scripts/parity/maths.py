"""Values and gradients of the losses in src/engine/maths, worked out by PyTorch in double precision.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch==2.13.0
    /tmp/venv/bin/python scripts/parity/maths.py > test/parity/maths.json

Each loss is written here in another way than in Graft: kernel matrices with explicit differences and index weights,
torch.linalg.svd, second-order autograd, torch.nn.functional's own losses.
"""

import json

import torch
import torch.nn.functional as F

from gradient_reversal import Reverse

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(4)
cases = []


def random(*shape, scale=1.0, positive=False):
    values = torch.randn(*shape, generator=generator) * scale
    if positive:
        values = values.relu()
    return (values * 1000).round() / 1000


def case(name, function, inputs, loss, options=None, constants=None):
    """Records loss(**inputs, **constants) and its gradients with respect to the inputs."""
    leaves = {key: [t.clone().requires_grad_() for t in value] if isinstance(value, list) else value.clone().requires_grad_()
              for key, value in inputs.items()}
    constants = constants or {}
    value = loss(**leaves, **constants)
    flat = [t for leaf in leaves.values() for t in (leaf if isinstance(leaf, list) else [leaf])]
    gradients = iter(torch.autograd.grad(value, flat, allow_unused=True))

    def numbers(tensor):
        return [float(f'{x:.8g}') for x in tensor.flatten().tolist()]

    def entry(tensor):
        gradient = next(gradients)
        return {'shape': list(tensor.shape), 'values': numbers(tensor.detach()),
                'gradient': numbers(torch.zeros_like(tensor) if gradient is None else gradient)}

    cases.append({
        'name': name, 'function': function, 'options': options or {},
        'inputs': {key: [entry(t) for t in leaf] if isinstance(leaf, list) else entry(leaf) for key, leaf in leaves.items()},
        'constants': {key: {'shape': list(t.shape), 'values': numbers(t), 'integers': not t.is_floating_point()}
                      for key, t in constants.items()},
        'value': float(f'{value.item():.8g}'),
    })


# --- maximum mean discrepancy -------------------------------------------------------------------------------------

def kernel_matrix(features, alphas=None, sigmas=None):
    squares = ((features[None] - features[:, None]) ** 2).sum(2)
    if alphas is not None:
        return sum(torch.exp(-squares / (2 * alpha * squares.detach().mean())) for alpha in alphas)
    return sum(torch.exp(-squares / (2 * sigma ** 2)) for sigma in sigmas)


def full_weights(sources, targets):
    weights = torch.zeros(sources + targets, sources + targets)
    weights[:sources, :sources] = 1 / (sources * (sources - 1))
    weights[sources:, sources:] = 1 / (targets * (targets - 1))
    weights.fill_diagonal_(0)
    weights[:sources, sources:] = -1 / (sources * targets)
    weights[sources:, :sources] = -1 / (sources * targets)
    return weights


def linear_weights(batch):
    weights = torch.zeros(2 * batch, 2 * batch)
    for i in range(batch):
        j = (i + 1) % batch
        weights[i, j] += 1 / batch
        weights[i + batch, j + batch] += 1 / batch
        weights[i, j + batch] -= 1 / batch
        weights[j, i + batch] -= 1 / batch
    return weights


dan = [0.125, 0.25, 0.5, 1.0, 2.0]
source, target = random(6, 5), random(6, 5) + 1
case('mmd, full', 'mmd', {'source': source, 'target': target},
     lambda source, target: (kernel_matrix(torch.cat([source, target]), dan) * full_weights(6, 6)).sum())
case('mmd, full, more targets than sources', 'mmd', {'source': source, 'target': random(8, 5)},
     lambda source, target: (kernel_matrix(torch.cat([source, target]), dan) * full_weights(6, 8)).sum())
case('mmd, linear', 'mmd', {'source': source, 'target': target},
     lambda source, target: (kernel_matrix(torch.cat([source, target]), dan) * linear_weights(6)).sum(),
     {'estimator': 'linear'})
case('mmd, fixed widths', 'mmd', {'source': source, 'target': target},
     lambda source, target: (kernel_matrix(torch.cat([source, target]), sigmas=[0.5, 2.0]) * full_weights(6, 6)).sum(),
     {'widths': {'sigmas': [0.5, 2.0]}})
case('mmd, features far from zero', 'mmd', {'source': source + 200, 'target': target + 200},
     lambda source, target: (kernel_matrix(torch.cat([source, target]), dan) * full_weights(6, 6)).sum())


def joint(source, target, weights):
    layers = [torch.cat(pair) for pair in zip(source, target)]
    return (kernel_matrix(layers[0], dan) * kernel_matrix(layers[1], sigmas=[0.92]) * weights).sum()


source_layers = [random(6, 5), torch.softmax(random(6, 3), 1).mul(1000).round() / 1000]
target_layers = [random(6, 5) + 0.5, torch.softmax(random(6, 3), 1).mul(1000).round() / 1000]
case('joint mmd, full', 'jointMmd', {'source': source_layers, 'target': target_layers},
     lambda source, target: joint(source, target, full_weights(6, 6)))
case('joint mmd, linear', 'jointMmd', {'source': source_layers, 'target': target_layers},
     lambda source, target: joint(source, target, linear_weights(6)), {'estimator': 'linear'})

# --- correlation alignment ----------------------------------------------------------------------------------------

case('coral', 'coral', {'source': source, 'target': random(8, 5, scale=2)},
     lambda source, target: torch.linalg.matrix_norm(torch.cov(source.T) - torch.cov(target.T)) ** 2 / (4 * 25))
case('coral with means', 'coralWithMeans', {'source': source, 'target': random(8, 5, scale=2)},
     lambda source, target: (source.mean(0) - target.mean(0)).pow(2).mean() + (torch.cov(source.T) - torch.cov(target.T)).pow(2).mean())

# --- invariant risk -----------------------------------------------------------------------------------------------

logits, labels = random(7, 4, scale=2), torch.tensor([0, 1, 2, 3, 0, 1, 1])


def scale_gradient(logits, labels):
    scale = torch.ones((), requires_grad=True)
    return torch.autograd.grad(F.cross_entropy(logits * scale, labels), scale, create_graph=True)[0]


case('irm penalty', 'irmPenalty', {'logits': logits}, lambda logits, labels: scale_gradient(logits, labels) ** 2,
     constants={'labels': labels})
case('irm penalty, halves', 'irmPenalty', {'logits': logits},
     lambda logits, labels: scale_gradient(logits[::2], labels[::2]) * scale_gradient(logits[1::2], labels[1::2]),
     {'halves': True}, {'labels': labels})


def binary_penalty(logits, labels):
    scale = torch.ones((), requires_grad=True)
    loss = F.binary_cross_entropy_with_logits((logits[:, 1] - logits[:, 0]) * scale, labels.double())
    return torch.autograd.grad(loss, scale, create_graph=True)[0] ** 2


case('irm penalty, two classes as the paper\'s binary form', 'irmPenalty', {'logits': random(6, 2, scale=2)}, binary_penalty,
     constants={'labels': torch.tensor([0, 1, 1, 0, 1, 0])})

# --- risks over groups --------------------------------------------------------------------------------------------

case('v-rex', 'riskVariance', {'losses': random(4).abs()}, lambda losses: torch.var(losses, unbiased=False))


def group_dro(losses, weights):
    q = weights * (0.5 * losses.detach()).exp()
    return torch.dot(losses, q / q.sum())


case('group dro', 'groupDro', {'losses': random(4).abs()}, group_dro, {'stepSize': 0.5},
     {'weights': torch.tensor([0.1, 0.4, 0.3, 0.2])})

# --- features of fine-tuning --------------------------------------------------------------------------------------


def spectral(count):
    return lambda features: torch.linalg.svd(features.T, full_matrices=False)[1][-count:].pow(2).sum()


case('bss, more features than images', 'batchSpectralShrinkage', {'features': random(6, 9, positive=True)}, spectral(1), {'count': 1})
case('bss, two of them, fewer features than images', 'batchSpectralShrinkage', {'features': random(9, 5)}, spectral(2), {'count': 2})

weights = torch.softmax(random(3), 0).mul(1000).round() / 1000


def delta(current, source, weights=None):
    # PyTorch's order: [batch, channels, pixels]
    one, other = (t.reshape(t.shape[0], -1, t.shape[-1]).transpose(1, 2) for t in (current, source))
    norms = torch.linalg.vector_norm(one - other, dim=2) ** 2 / one.shape[2]
    return 0.5 * (one.shape[1] * weights * norms if weights is not None else norms).sum()


case('delta', 'deltaDistance', {'current': random(2, 2, 2, 3)}, delta, constants={'source': random(2, 2, 2, 3), 'weights': weights})
case('delta, vectors without attention', 'deltaDistance', {'current': random(4, 3)}, delta, constants={'source': random(4, 3)})
case('l2-sp', 'squaredDistance', {'weights': random(5, 3)}, lambda weights, start: 0.5 * torch.linalg.vector_norm(weights - start) ** 2,
     constants={'start': random(5, 3)})

# --- distillation -------------------------------------------------------------------------------------------------

teacher = random(6, 4, scale=3)
case('distillation', 'distillation', {'student': random(6, 4, scale=2)},
     lambda student, teacher: F.kl_div(F.log_softmax(student / 4, 1), F.softmax(teacher / 4, 1), reduction='batchmean') * 16,
     {'temperature': 4}, {'teacher': teacher})
case('hint', 'hint', {'student': random(6, 4)}, lambda student, teacher: F.mse_loss(student, teacher), constants={'teacher': teacher})
case('soft labels', 'softCrossEntropy', {'logits': logits}, lambda logits, targets: F.cross_entropy(logits, targets),
     constants={'targets': torch.softmax(random(7, 4), 1).mul(1000).round() / 1000})
case('smoothed labels', 'smoothedCrossEntropy', {'logits': logits},
     lambda logits, labels: F.cross_entropy(logits, labels, label_smoothing=0.1), {'share': 0.1}, {'labels': labels})
case('cross-entropy', 'crossEntropy', {'logits': logits}, lambda logits, labels: F.cross_entropy(logits, labels), constants={'labels': labels})

# --- self-supervised ----------------------------------------------------------------------------------------------


def nt_xent(first, second):
    views = F.normalize(torch.cat([first, second]))
    similarities = (views @ views.T / 0.5).masked_fill(torch.eye(len(views), dtype=torch.bool), float('-inf'))
    return F.cross_entropy(similarities, torch.arange(len(views)).roll(len(first)))


case('nt-xent', 'ntXent', {'first': random(5, 4), 'second': random(5, 4)}, nt_xent, {'temperature': 0.5})

# --- predictions without labels -----------------------------------------------------------------------------------


def guarded(probabilities, axis):
    return -(probabilities * (probabilities + 1e-5).log()).sum(axis)


case('entropy', 'entropy', {'logits': logits}, lambda logits: torch.distributions.Categorical(logits=logits).entropy().mean())
case('diversity', 'diversity', {'logits': logits}, lambda logits: guarded(logits.softmax(1).mean(0), 0))
case('information maximisation', 'informationMaximisation', {'logits': logits},
     lambda logits: guarded(logits.softmax(1), 1).mean() - guarded(logits.softmax(1).mean(0), 0))
case('classifier discrepancy', 'classifierDiscrepancy', {'first': logits, 'second': random(7, 4)},
     lambda first, second: F.l1_loss(first.softmax(1), second.softmax(1)))

# --- domain discriminators ----------------------------------------------------------------------------------------

is_source, domain_weights = torch.tensor([1.0, 1, 1, 0, 0, 0]), random(6).abs()
case('domain cross-entropy', 'domainCrossEntropy', {'logits': random(6, 1, scale=4)},
     lambda logits, isSource: F.binary_cross_entropy_with_logits(logits[:, 0], isSource), constants={'isSource': is_source})
case('domain cross-entropy, weighted', 'domainCrossEntropy', {'logits': random(6, scale=4)},
     lambda logits, isSource, weights: F.binary_cross_entropy_with_logits(logits, isSource, weight=weights),
     constants={'isSource': is_source, 'weights': domain_weights})


def conditional(features, predictions, direction):
    joint = torch.bmm(predictions.unsqueeze(2), features.unsqueeze(1)).view(len(features), -1)
    return (joint * direction).sum()


case('multilinear map', 'multilinearMap', {'features': random(3, 4)}, conditional,
     constants={'predictions': torch.softmax(random(3, 2), 1).mul(1000).round() / 1000, 'direction': random(3, 8)})


def entropy_weighted(losses, logits):
    weights = 1 + torch.exp(-torch.distributions.Categorical(logits=logits).entropy())
    return (losses * weights / weights.mean()).sum()


case('entropy weights', 'entropyWeights', {'losses': random(7)}, entropy_weighted, constants={'logits': logits})

# --- several teachers, masked images: at the end, so that the figures above keep their random numbers -----------------


def from_many(student, first, second):
    wanted = (F.softmax(first / 4, 1) + F.softmax(second / 4, 1)) / 2
    return F.kl_div(F.log_softmax(student / 4, 1), wanted, reduction='batchmean') * 16


case('distillation from two teachers', 'distillationFromMany', {'student': random(6, 4, scale=2)}, from_many,
     {'temperature': 4}, {'first': random(6, 4, scale=3), 'second': random(6, 4, scale=3)})
case('masked reconstruction', 'maskedReconstruction', {'predicted': random(2, 3, 4, 2)},
     lambda predicted, wanted, mask: F.l1_loss(predicted[mask[..., 0] == 1], wanted[mask[..., 0] == 1]),
     constants={'wanted': random(2, 3, 4, 2), 'mask': (random(2, 3, 4, 1) > 0).double()})

# --- gradient reversal and what stands on it --------------------------------------------------------------------------


def adversary(features, discriminator, isSource):
    return F.binary_cross_entropy_with_logits(Reverse.apply(features, 0.7) @ discriminator, isSource)


case('gradient reversal below a discriminator', 'reverseGradient', {'features': random(6, 4), 'discriminator': random(4)}, adversary,
     {'coefficient': 0.7}, {'isSource': is_source})


def conditional_adversary(features, logits, discriminator, isSource):
    predictions = logits.softmax(1).detach()
    rows = torch.einsum('bc,bf->bcf', predictions, features).flatten(1)
    weights = 1 + torch.exp(torch.special.xlogy(predictions, predictions).sum(1))
    losses = F.binary_cross_entropy_with_logits(Reverse.apply(rows, 0.7) @ discriminator, isSource, reduction='none')
    return (losses * weights / weights.sum()).sum()


case('cdan with entropy conditioning', 'conditionalAdversary',
     {'features': random(6, 4), 'logits': random(6, 3, scale=2), 'discriminator': random(12)}, conditional_adversary,
     {'coefficient': 0.7}, {'isSource': is_source})


def randomised(features, predictions, featureMatrix, predictionMatrix, direction):
    rows = torch.einsum('bf,fk,bc,ck->bk', features, featureMatrix, predictions, predictionMatrix) / 5 ** 0.5
    return (rows * direction).sum()


case('randomised multilinear map', 'randomisedMultilinearMap', {'features': random(3, 4)}, randomised,
     constants={'predictions': torch.softmax(random(3, 2), 1).mul(1000).round() / 1000, 'featureMatrix': random(4, 5),
                'predictionMatrix': random(2, 5), 'direction': random(3, 5)})

# --- what the figures above leave out ---------------------------------------------------------------------------------

case('linear mmd', 'linearMmd', {'source': random(5, 4), 'target': random(7, 4) + 1},
     lambda source, target: torch.linalg.vector_norm(source.mean(0) - target.mean(0)) ** 2)


def two_steps(losses, first, weights):
    for each in (first, losses.detach()):
        weights = F.softmax(weights.log() + 0.5 * each, 0)
    return torch.dot(losses, weights)


case('group dro, weights kept over two steps', 'groupDroTwice', {'losses': random(4).abs()}, two_steps, {'stepSize': 0.5},
     {'first': random(4).abs(), 'weights': torch.full((4,), 0.25)})


def attentive(current, source, scores):
    return delta(current, source, F.softmax((scores - scores.mean()) / scores.std(unbiased=False) / 5, 0))


case('delta, attention from what each channel costs', 'deltaWithAttention', {'current': random(2, 2, 2, 3)}, attentive,
     constants={'source': random(2, 2, 2, 3), 'scores': random(3)})


def nt_xent_cold(first, second):
    # Algorithm 1 as it is written: one view after the other.
    views = torch.stack([first, second], 1).flatten(0, 1)
    cosines = F.cosine_similarity(views[:, None], views[None], dim=2)

    def loss(i, j):
        others = torch.cat([cosines[i, :i], cosines[i, i + 1:]])
        return -cosines[i, j] / 0.1 + torch.logsumexp(others / 0.1, 0)

    pairs = range(0, len(views), 2)
    return sum(loss(k, k + 1) + loss(k + 1, k) for k in pairs) / len(views)


case('nt-xent, cold, as algorithm 1 has it', 'ntXent', {'first': random(7, 6), 'second': random(7, 6)}, nt_xent_cold, {'temperature': 0.1})

# --- confusion, margins, sure answers, categories: as Transfer-Learning-Library and FixMatch-pytorch write them ------------


def class_confusion(logits):
    predictions = F.softmax(logits / 2.5, 1)
    entropies = -(predictions * torch.log(predictions + 1e-5)).sum(1).detach()
    weights = 1 + torch.exp(-entropies)
    weights = (len(logits) * weights / weights.sum()).unsqueeze(1)
    confusion = torch.mm((predictions * weights).transpose(1, 0), predictions)
    confusion = confusion / confusion.sum(1)
    return (confusion.sum() - torch.trace(confusion)) / logits.shape[1]


case('minimum class confusion', 'classConfusion', {'logits': random(8, 4, scale=3)}, class_confusion, {'temperature': 2.5})


def margin_disparity(source, target, sourceHead, targetHead):
    agreed = F.cross_entropy(source, sourceHead.max(1)[1])
    shifted = torch.log(torch.clamp(1 - F.softmax(target, 1) + 1e-6, max=1.))
    return 4 * agreed + F.nll_loss(shifted, targetHead.max(1)[1])


case('margin disparity', 'marginDisparity', {'source': random(6, 4, scale=2), 'target': random(8, 4, scale=3)}, margin_disparity,
     {'margin': 4}, {'sourceHead': random(6, 4), 'targetHead': random(8, 4)})


def confident(strong, weak):
    probabilities, targets = torch.max(torch.softmax(weak, 1), 1)
    return (F.cross_entropy(strong, targets, reduction='none') * probabilities.ge(0.6)).mean()


case('fixmatch, sure answers alone', 'confidentCrossEntropy', {'strong': random(8, 4, scale=2)}, confident, {'threshold': 0.6},
     {'weak': random(8, 4, scale=2)})


def co_tuning(logits, sourceLogits, targets, labels):
    probabilities = F.softmax(sourceLogits, 1)
    relationship = torch.stack([probabilities[targets == each].mean(0) for each in range(3)])
    return (-relationship[labels] * F.log_softmax(logits, 1)).sum(1).mean()


case('co-tuning, categories and their cross-entropy', 'coTuning', {'logits': random(6, 5, scale=2)}, co_tuning,
     constants={'sourceLogits': random(9, 5, scale=3), 'targets': torch.tensor([0, 1, 2, 0, 1, 2, 0, 0, 1]),
                'labels': torch.tensor([2, 0, 1, 1, 0, 0])})

case('cross-entropy, classes weighted', 'crossEntropy', {'logits': random(8, 3, scale=3)},
     lambda logits, labels, weight: F.cross_entropy(logits, labels, weight=weight),
     constants={'labels': torch.tensor([0, 0, 0, 1, 0, 2, 0, 1]), 'weight': torch.tensor([0.5, 1.25, 2.75])})

entries = ',\n'.join('  ' + json.dumps(entry, separators=(',', ':')) for entry in cases)
print('{"made_by":"scripts/parity/maths.py","torch":"%s","cases":[\n%s\n]}' % (torch.__version__.split('+')[0], entries))
