import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { ModelSummary } from '../../contract/models'
import { choice } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import { architecture, codes, dataset, facts, fineTuning, method, model, spec, text } from './testing'
import { checkSpec, parseSpec } from './check'

describe('checkSpec', () => {
  it('lets a complete spec start', () => {
    expect(codes(spec())).toEqual([])
  })

  it('names an unknown method and the ones there are', () => {
    const [problem] = checkSpec(spec({ method: { id: 'magic', params: {} } }), facts())
    expect(problem).toMatchObject({ code: 'unknown-method', field: 'method.id', usage: true })
    expect(problem?.remedy?.en).toContain('scratch, fine-tuning')
  })

  it('names a parameter that is out of range, with its label, and one that does not exist', () => {
    const params = { factor: 3, colour: true }
    const problems = checkSpec(
      spec({ source: { model: 'run:one' }, method: { id: 'fine-tuning', params } }), facts({ sourceModel: { value: model } })
    )
    expect(problems.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'invalid-value method.params.factor', 'unknown-parameter method.params.colour'
    ])
    expect(problems[0]?.message.en).toBe('Factor (method.params.factor) must be at most 1.')
    expect(problems[1]?.remedy?.en).toContain('factor, frozen')
  })

  it('names a training setting that is out of range', () => {
    const training = { ...spec().training, epochs: 0 }
    expect(codes(spec({ training }))).toEqual(['invalid-value training.epochs'])
  })

  it('refuses fresh weights for a method that transfers, and says which methods would do', () => {
    const [problem] = checkSpec(spec({ method: { id: 'fine-tuning', params: {} } }), facts())
    expect(problem).toMatchObject({ code: 'needs-source-model', field: 'source.model' })
    expect(problem?.methods?.fit).toContain('scratch')
    expect(problem?.methods?.fit).not.toContain('fine-tuning')
  })

  it('names methods that do without labels apart from those that would do with some', () => {
    const adaptation = (id: string, classes: 'same' | 'any') =>
      method(id, { needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes } })
    const methods = [method('scratch'), adaptation('dann', 'same'), adaptation('open-set', 'any')]
    const chosen = spec({
      source: { model: 'arch:seed-cnn', dataset: 'letters' }, target: { dataset: 'digits', labels: 'none' }, method: { id: 'dann', params: {} }
    })
    const letters = dataset({ classes: ['a', 'b'] })
    const thatDoAmong = (known: MethodSummary[]) => checkSpec(chosen, facts({ methods: known, sourceData: { value: letters } }))[0]?.methods
    expect(thatDoAmong(methods)).toEqual({ fit: ['open-set'], withLabels: ['scratch'] })
    expect(thatDoAmong(methods.slice(0, 2))).toEqual({ fit: [], withLabels: ['scratch'] })
  })

  it('refuses a network without batch normalisation for a method that works on it', () => {
    const scales = method('batch-norm-only', { needs: { ...fineTuning.needs, batchNormalisation: true } })
    const chosen = spec({ source: { model: 'run:one' }, method: { id: 'batch-norm-only', params: {} } })
    const check = (change: Partial<ModelSummary>, usually: boolean) => checkSpec(chosen, facts({
      methods: [scales, method('scratch')], sourceModel: { value: { ...model, ...change } },
      architectures: [{ ...architecture, batchNormalisation: usually }, { ...architecture, id: 'resnet-20', batchNormalisation: true }]
    }))
    const [without] = check({ batchNormalisation: false }, true)
    expect(without).toMatchObject({ code: 'no-batch-normalisation', field: 'source.model', methods: { fit: ['scratch'] } })
    expect(without?.remedy?.en).toContain('resnet-20')
    // What counts is the network that was saved, which may have a block that its architecture has not.
    expect(check({ batchNormalisation: true }, false)).toEqual([])
    expect(check({}, false)).toEqual([])
    const folded = check({ batchNormalisation: false, origin: { file: 'net.onnx', format: 'onnx', foldedNormalisation: true } }, true)
    expect(folded[0]?.message.en).toContain('folded into the convolutions')
  })

  it('names an architecture that does not exist', () => {
    expect(codes(spec({ source: { model: 'arch:vgg' } }))).toEqual(['unknown-architecture source.model'])
  })

  it('refuses a data set with one class', () => {
    const one = dataset({ classes: ['cat'], splits: { train: { count: 3, perClass: [3], sha256: { images: '' } } } })
    expect(codes(spec(), facts({ target: { value: one } }))).toEqual(['one-class target.dataset'])
  })

  it('refuses a data set whose training images are all of one of its classes', () => {
    const one = dataset({ splits: { train: { count: 3, perClass: [0, 3], sha256: { images: '' } } } })
    expect(codes(spec(), facts({ target: { value: one } }))).toEqual(['one-class target.dataset'])
  })

  it('refuses a data set without training images', () => {
    expect(codes(spec(), facts({ target: { value: dataset({ splits: {} }) } }))).toEqual(['no-training-images target.dataset'])
  })

  it('refuses labels where the images have none, and no labels where the method needs them', () => {
    const unlabelled = dataset({ classes: [], splits: { train: { count: 3, sha256: { images: '' } } } })
    expect(codes(spec(), facts({ target: { value: unlabelled } }))).toEqual(['no-labels target.labels'])
    expect(codes(spec({ target: { dataset: 'digits', labels: 'none' } }))).toEqual(['needs-target-labels target.labels'])
  })

  it('refuses more labels per class than some class has, and names it', () => {
    expect(codes(spec({ target: { dataset: 'digits', labels: { perClass: 15 } } }))).toEqual([])
    const [problem] = checkSpec(spec({ target: { dataset: 'digits', labels: { perClass: 16 } } }), facts())
    expect(problem).toMatchObject({ code: 'too-few-labels', field: 'target.labels', usage: true })
    expect(problem?.message.en).toContain('of 0 (15).')
    expect(problem?.remedy?.en).toBe('Grant at most 15 labels per class, or all.')
  })

  it('refuses a source that another classifier answers for', () => {
    const forest = { ...model, classifier: { kind: 'random-forest', title: text('Random forest') } }
    expect(codes(spec({ source: { model: 'run:one' } }), facts({ sourceModel: { value: forest } }))).toEqual(['classifier-not-network source.model'])
  })

  it('refuses a backbone without a head where its answers are wanted, and lets it be fine-tuned', () => {
    const answers = method('distillation', { needs: { ...fineTuning.needs, classes: 'same' } })
    const known = facts({ methods: [answers, fineTuning], sourceModel: { value: { ...model, classes: [] } } })
    const chosen = (id: string) => spec({ source: { model: 'run:one' }, method: { id, params: {} } })
    expect(codes(chosen('distillation'), known)).toEqual(['model-without-head source.model'])
    expect(codes(chosen('fine-tuning'), known)).toEqual([])
  })

  it('refuses images that an architecture\'s layers leave nothing of, and names those that take them', () => {
    const small = facts({
      architectures: [{ ...architecture, smallestSide: 16 }, { ...architecture, id: 'mlp', smallestSide: 1 }],
      target: { value: dataset({ shape: [8, 40, 1] }) }
    })
    const [problem] = checkSpec(spec(), small)
    expect(problem).toMatchObject({ code: 'image-too-small', field: 'source.model', usage: true })
    expect(problem?.remedy?.en).toBe('Use larger images, or one of mlp.')
    expect(codes(spec({ source: { model: 'arch:mlp' } }), small)).toEqual([])
  })

  it('refuses to choose by source validation where there is none', () => {
    const adapting = method('dann', { needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } })
    const chosen = (id: string) => spec({
      method: { id, params: {} }, source: { model: 'arch:seed-cnn', dataset: 'digits' }, training: { ...spec().training, selection: 'source-validation' }
    })
    const validated = dataset({ splits: { ...dataset().splits, validation: { count: 2, perClass: [1, 1], sha256: { images: '' } } } })
    const known = (source: Dataset) => facts({ methods: [adapting, method('scratch')], sourceData: { value: source } })
    expect(codes(chosen('dann'), known(validated))).toEqual([])
    expect(codes(chosen('dann'), known(dataset()))).toEqual(['selection-impossible training.selection'])
    expect(codes(chosen('scratch'), known(validated))).toEqual(['selection-impossible training.selection'])
  })

  it('refuses more images of two classes than a method takes together', () => {
    const machine = method('svm', { needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', largestPair: 30 } })
    const granting = (labels: Spec['target']['labels']) =>
      codes(spec({ method: { id: 'svm', params: {} }, target: { dataset: 'digits', labels } }), facts({ methods: [machine] }))
    expect(granting('all')).toEqual(['too-many-examples target.labels'])
    expect(granting({ perClass: 15 })).toEqual([])
  })

  it('asks for source data where the method needs it', () => {
    const dann = method('dann', { needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } })
    const known = { methods: [dann] }
    const wanted = spec({ method: { id: 'dann', params: {} } })
    expect(codes(wanted, facts(known))).toEqual(['needs-source-data source.dataset'])
    const withSource = { ...wanted, source: { model: 'arch:seed-cnn' as const, dataset: 'mnist' } }
    expect(codes(withSource, facts({ ...known, sourceData: { value: dataset() } }))).toEqual([])
    const other = dataset({ classes: ['0', '1', '2'] })
    expect(codes(withSource, facts({ ...known, sourceData: { value: other } }))).toEqual(['classes-differ target.dataset'])
  })

  it('holds a method across domains to one that is left out, and to enough of the others', () => {
    const irm = method('irm', {
      family: 'generalisation', needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same', domains: 2 }
    })
    const dann = method('dann', { family: 'adaptation', needs: { sourceModel: false, sourceData: true, targetImages: true, targetLabels: 'none', classes: 'same' } })
    const rooms = dataset({
      id: 'rooms', name: 'Rooms', domains: ['art', 'photo', 'sketch'],
      splits: { train: { count: 40, perClass: [15, 25], perDomain: [20, 20, 0], sha256: { images: 'a', labels: 'b' } } }
    })
    const known = facts({ methods: [irm, dann, method('scratch')], target: { value: rooms }, sourceData: { value: rooms } })
    const leaving = (domain: string | undefined, id = 'irm', labels: Spec['target']['labels'] = 'none') => spec({
      method: { id, params: {} }, source: { model: 'arch:seed-cnn', dataset: 'rooms' },
      target: { dataset: 'rooms', labels, ...(domain !== undefined && { domain }) }
    })
    expect(codes(leaving('sketch'), known)).toEqual([])
    // Its own other domains are named as the source that is at hand.
    const sourceless = (domain?: string) => checkSpec({ ...leaving(domain), source: { model: 'arch:seed-cnn' } }, facts({ methods: [irm], target: { value: rooms } }))[0]
    expect(sourceless('sketch')?.remedy?.en).toMatch(/“rooms” itself to learn from its other domains/)
    expect(sourceless()?.remedy?.en).toMatch(/“rooms” as the source too, and one of its domains \(art, photo, sketch\)/)
    expect(codes(leaving('oil'), known)).toContain('unknown-domain target.domain')
    const [unnamed] = checkSpec(leaving(undefined), known)
    expect(unnamed).toMatchObject({ code: 'needs-target-domain', field: 'target.domain', usage: true })
    expect(unnamed?.remedy?.en).toContain('art, photo, sketch')
    // Without “photo” only “art” has training images.
    const [few] = checkSpec(leaving('photo'), known)
    expect(few?.message.en).toBe('irm needs source images from at least 2 domains; “Rooms” has 1 without photo.')
    // What learns from the target's own images needs some there.
    expect(codes(leaving('sketch', 'dann'), known)).toEqual(['no-training-images target.domain'])
    // The others have none where all are of the domain that is left out.
    const alone = dataset({ ...rooms, splits: { train: { ...rooms.splits.train!, perDomain: [40, 0, 0] } } })
    expect(codes(leaving('art', 'dann'), { ...known, target: { value: alone }, sourceData: { value: alone } })).toEqual(['no-training-images source.dataset'])
    const [none] = checkSpec(leaving(undefined, 'dann'), {
      ...known, sourceData: { value: dataset({ ...rooms, splits: { train: { ...rooms.splits.train!, count: 0 } } }) }
    })
    expect(none?.message.en).toBe('“Rooms” has no training images to learn from.')
    expect(codes(leaving('sketch', 'scratch', 'all'), known)).toEqual(['no-training-images target.domain'])
    expect(codes(leaving('art', 'scratch', 'all'), known)).toEqual([])
    expect(codes(spec({ target: { dataset: 'digits', labels: 'all', domain: 'art' } }))).toEqual(['unknown-domain target.domain'])
  })

  it('refuses to turn images that are not square, and names what would do', () => {
    const turning = method('rotation', {
      needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', square: true }
    })
    const chosen = spec({ method: { id: 'rotation', params: {} } })
    const known = (shape: [number, number, 3]) => facts({ methods: [turning, method('scratch')], target: { value: dataset({ shape }) } })
    expect(codes(chosen, known([32, 32, 3]))).toEqual([])
    const [wide] = checkSpec(chosen, known([32, 48, 3]))
    expect(wide).toMatchObject({ code: 'not-square', field: 'method.id', usage: true })
    expect(wide?.message.en).toContain('32×48')
    expect(wide?.methods?.fit).toEqual(['scratch'])
    // A saved model brings images to its own size.
    expect(codes({ ...chosen, source: { model: 'run:one' } }, { ...known([32, 48, 3]), sourceModel: { value: model } })).toEqual([])
  })

  it('refuses a rule of colours for grey images, and names the rules that change them', () => {
    const rule = choice({
      label: text('Rule'), help: text(''), default: 'hue',
      options: [{ value: 'hue', label: text('Hue shifted') }, { value: 'inversion', label: text('Inverted') }]
    })
    const ruled = method('ruled', {
      needs: { sourceModel: false, sourceData: true, targetLabels: 'some', classes: 'any', colour: { parameter: 'rule', in: ['hue'] } },
      parameters: { rule }
    })
    const check = (params: Record<string, string>, channels: 1 | 3) => checkSpec(
      spec({ method: { id: 'ruled', params }, source: { model: 'arch:seed-cnn', dataset: 'digits' } }),
      facts({ methods: [ruled], sourceData: { value: dataset({ shape: [28, 28, channels] }) } })
    )
    expect(check({}, 3)).toEqual([])
    expect(check({ rule: 'inversion' }, 1)).toEqual([])
    expect(check({}, 1)).toMatchObject([{ code: 'rule-without-effect', field: 'method.params.rule' }])
    expect(check({ rule: 'hue' }, 1)[0]!.remedy?.en).toBe('Choose one of: Inverted.')
  })

  it('names a block that the source model does not have', () => {
    const chosen = spec({ source: { model: 'run:one' }, method: { id: 'fine-tuning', params: { frozen: ['block1', 'block9'] } } })
    expect(codes(chosen, facts({ sourceModel: { value: model } }))).toEqual(['unknown-block method.params.frozen'])
  })
})

describe('parseSpec', () => {
  it('names the first field that does not fit and keeps the others as details', () => {
    const { training, ...rest } = spec()
    const parse = () => parseSpec({ ...rest, training: { ...training, epochs: 0, batchSize: 0.5 }, extra: 1 })
    expect(parse).toThrow(GraftError)
    try {
      parse()
    } catch (error) {
      const { value } = error as GraftError
      expect(value).toMatchObject({ code: 'invalid-value', field: 'training.epochs', usage: true })
      expect(value.details).toContain('training.batchSize must be a whole number.')
      expect(value.details).toContain('extra is not known here.')
    }
  })
})

describe('the domains of the source, and what is tested on', () => {
  const split = (count: number, perDomain: number[]) => ({ count, perClass: [count, count], perDomain, sha256: { images: 'a', labels: 'b' } })
  const rooms = dataset({
    id: 'rooms', name: 'Rooms', domains: ['art', 'photo', 'sketch'],
    splits: { train: split(30, [10, 10, 10]), validation: split(6, [3, 3, 0]), test: split(6, [2, 2, 2]) }
  })
  const erm = method('erm', { needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same', domains: 2 } })
  const soup = method('greedy-soup', { needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', validation: true } })
  const known = facts({ methods: [method('scratch'), erm, soup], target: { value: rooms }, sourceData: { value: rooms } })
  const across = (source: Partial<Spec['source']>, target: Partial<Spec['target']> = {}) => codes(spec({
    source: { model: 'arch:seed-cnn', dataset: 'rooms', ...source }, target: { dataset: 'rooms', labels: 'none', domain: 'sketch', ...target },
    method: { id: 'erm', params: {} }
  }), known)

  it('may be named: those that are there, without the target\'s', () => {
    expect(across({ domains: ['art', 'photo'] })).toEqual([])
    expect(across({ domains: ['art', 'oil'] })).toContain('unknown-domain source.domains')
    expect(across({ domains: ['art', 'photo', 'sketch'] })).toEqual(['source-is-target source.domains'])
    // Across one domain there is nothing to learn.
    expect(across({ domains: ['photo'] })).toEqual(['needs-domains source.dataset'])
    expect(codes(spec({ source: { model: 'arch:seed-cnn', dataset: 'rooms', domains: ['art'] }, target: { dataset: 'rooms', labels: 'all' } }), known))
      .toEqual(['no-source-data source.domains'])
  })

  it('may be all of a left-out domain, or its validation images where there are any; never what is learned from', () => {
    expect(across({}, { testSplit: 'all' })).toEqual([])
    expect(across({}, { testSplit: 'validation', domain: 'art' })).toEqual([])
    expect(across({}, { testSplit: 'validation' })).toEqual(['no-test-images target.testSplit'])
    const labelled = (target: Partial<Spec['target']>, id = 'scratch') =>
      codes(spec({ target: { dataset: 'rooms', labels: 'all', ...target }, method: { id, params: {} } }), known)
    expect(labelled({ testSplit: 'all' })).toEqual(['tested-on-learned target.testSplit'])
    expect(labelled({ testSplit: 'validation' })).toEqual([])
    expect(labelled({ testSplit: 'validation' }, 'greedy-soup')).toEqual(['needs-validation target.testSplit'])
  })

  it('may not be what a run that the source comes of learned from', () => {
    const tent = method('tent', { needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same' } })
    const after = (before: Partial<Spec>[], target: Partial<Spec['target']> = {}) => codes(
      spec({ source: { model: 'run:one' }, target: { dataset: 'rooms', labels: 'none', testSplit: 'all', ...target }, method: { id: 'tent', params: {} } }),
      facts({ methods: [tent], target: { value: rooms }, sourceModel: { value: model }, before: before.map((each) => spec(each)) })
    )
    const refused = ['tested-on-learned target.testSplit']
    const learnedAll = { target: { dataset: 'rooms', labels: 'all' as const } }
    expect(after([])).toEqual([])
    expect(after([learnedAll])).toEqual(refused)
    expect(after([learnedAll], { testSplit: 'validation' })).toEqual(refused)
    expect(after([learnedAll], { testSplit: 'test' })).toEqual([])
    expect(after([{ target: { dataset: 'rooms', labels: { perClass: 1 } } }])).toEqual(refused)
    // Further back, and from a source's labels.
    expect(after([{ target: { dataset: 'letters', labels: 'all' } }, learnedAll])).toEqual(refused)
    expect(after([{ source: { model: 'arch:seed-cnn', dataset: 'rooms' }, target: { dataset: 'letters', labels: 'none' } }])).toEqual(refused)
    // Other data, no labels, and other domains of the same data are no harm.
    expect(after([{ target: { dataset: 'letters', labels: 'all' } }, { target: { dataset: 'rooms', labels: 'none' } }])).toEqual([])
    const leavingOut = { source: { model: 'arch:seed-cnn' as const, dataset: 'rooms' }, target: { dataset: 'rooms', labels: 'none' as const, domain: 'sketch' } }
    expect(after([leavingOut], { domain: 'sketch' })).toEqual([])
    expect(after([leavingOut], { domain: 'art' })).toEqual(refused)
    expect(after([{ target: { dataset: 'rooms', labels: 'all', domain: 'art' } }], { domain: 'sketch' })).toEqual([])
  })

  it('may not be pictures without labels', () => {
    const { perClass: _, ...unlabelled } = rooms.splits.train!
    const half = dataset({ ...rooms, splits: { ...rooms.splits, train: unlabelled } })
    const tent = method('tent', { needs: { sourceModel: false, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'any' } })
    const tested = (testSplit: 'all' | 'validation' | 'test') => codes(
      spec({ target: { dataset: 'rooms', labels: 'none', testSplit }, method: { id: 'tent', params: {} } }), facts({ methods: [tent], target: { value: half } })
    )
    expect(tested('all')).toEqual(['no-labels target.testSplit'])
    expect(tested('validation')).toEqual([])
    expect(tested('test')).toEqual([])
  })
})

describe('weights of classes in the loss', () => {
  it('are refused for a method whose loss cannot weigh them, and say what would do', () => {
    const training = { ...spec().training, classBalance: 'weights' as const }
    const weighing = method('scratch', { recipe: { classWeights: true } })
    expect(codes(spec({ training }), facts({ methods: [weighing] }))).toEqual([])
    expect(codes(spec({ training }))).toEqual(['no-class-weights training.classBalance'])
  })
})
