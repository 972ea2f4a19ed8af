import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { ArchitectureSummary, BlockSummary } from '../../contract/models'
import type { Spec } from '../../contract/runs'
import { counterpart, hintBlocks } from './counterparts'
import { tooSmallFor } from './source'
import { architectureIn, listed, problem, settingOf, valueOf, type SpecFacts } from '../facts'

/** What is wrong with the network that a method makes beside the source, of an architecture and width that it lets one choose. */
export function checkVariant(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const { variant } = method.needs
  const source = valueOf(facts.sourceModel)
  const architecture = variant && source && variantOf(method, spec, facts)
  if (!architecture) return []
  const chosen = settingOf(method, spec, variant.architecture)
  return [
    ...checkWidth(method, spec, facts, architecture),
    ...(chosen !== 'same' ? tooSmallFor(architecture, source.input, facts, `method.params.${variant.architecture}`) : []),
    ...(variant.hints === undefined ? [] : checkHints(method, spec, facts, { teacher: source.blocks, student: architecture }))
  ]
}

function variantOf(method: MethodSummary, spec: Spec, facts: SpecFacts): ArchitectureSummary | undefined {
  const id = settingOf(method, spec, method.needs.variant!.architecture)
  return id === 'same' ? architectureIn(spec, facts) : facts.architectures.find((architecture) => architecture.id === id)
}

function checkWidth(method: MethodSummary, spec: Spec, { architectures }: SpecFacts, { title, options }: ArchitectureSummary): ErrorValue[] {
  const { width: name } = method.needs.variant!
  const width = settingOf(method, spec, name)
  if (!options || typeof width !== 'number') return []
  if (width === 1 || options.width) return []
  const having = listed(architectures.filter((other) => other.options?.width).map((other) => other.id))
  const label = method.parameters[name]?.label ?? { en: name, zh: name }
  return [problem(
    'option-unknown', `method.params.${name}`,
    { en: `${title.en} comes in one width only, not in ${width}.`, zh: `${title.zh} 只有一种宽度，不能取 ${width}。` },
    { en: `Set ${label.en} (${name}) to 1, or choose an architecture that comes in several widths: ${having}.`,
      zh: `请将${label.zh}（${name}）设为 1，或选择可调整宽度的架构：${having}。` }
  )]
}

/** Whether the blocks give what can be compared: maps with maps, a vector with a vector. */
function checkHints(
  method: MethodSummary, spec: Spec, facts: SpecFacts, { teacher, student }: { teacher: readonly BlockSummary[], student: ArchitectureSummary }
): ErrorValue[] {
  const { hints: name, architecture } = method.needs.variant!
  const value = name === undefined ? undefined : settingOf(method, spec, name)
  const names = teacher.map((block) => block.name)
  const asked = Array.isArray(value) ? value : []
  const named = asked.filter((block) => names.includes(block))
  // Names that it does not have are a problem of their own.
  if (asked.length > 0 && named.length === 0) return []
  const wanted = hintBlocks(named, names)
  const stray = wanted.find((block) => !comparable(block, teacher, student.blocks))
  if (stray === undefined) return []
  const other = counterpart(stray, names, student.blocks.map((block) => block.name))
  const fitting = names.filter((block) => comparable(block, teacher, student.blocks))
  const students = facts.architectures.filter(({ blocks }) => wanted.every((block) => comparable(block, teacher, blocks))).map(({ id }) => id)
  const shape = { en: { maps: 'feature maps', vector: 'a vector' }, zh: { maps: '特征图', vector: '向量' } }
  const gives = teacher.find((block) => block.name === stray)!.gives!
  const instead = gives === 'maps' ? 'vector' : 'maps'
  return [problem(
    'blocks-unlike', `method.params.${name}`,
    { en: `The teacher's block ${stray} gives ${shape.en[gives]} and the block ${other} of ${student.title.en} gives ${shape.en[instead]}: they cannot be compared.`,
      zh: `教师的块 ${stray} 给出${shape.zh[gives]}，而 ${student.title.zh} 的块 ${other} 给出${shape.zh[instead]}：无法比较。` },
    { en: [
      ...(fitting.length > 0 ? [`Blocks of the teacher that can be compared: ${listed(fitting)} (${name}).`] : []),
      ...(students.length > 0 ? [`Students that ${listed(wanted)} can be compared with: ${listed(students)} (${architecture}).`] : [])
    ].join(' '),
    zh: [
      ...(fitting.length > 0 ? [`可比较的教师块：${listed(fitting)}（${name}）。`] : []),
      ...(students.length > 0 ? [`可与 ${listed(wanted)} 比较的学生网络：${listed(students)}（${architecture}）。`] : [])
    ].join('') }
  )]
}

function comparable(block: string, teacher: readonly BlockSummary[], student: readonly BlockSummary[]): boolean {
  const other = counterpart(block, teacher.map(({ name }) => name), student.map(({ name }) => name))
  const [one, two] = [teacher.find(({ name }) => name === block)?.gives, student.find(({ name }) => name === other)?.gives]
  // What an older record does not tell is not held against it.
  return one === undefined || two === undefined || one === two
}
