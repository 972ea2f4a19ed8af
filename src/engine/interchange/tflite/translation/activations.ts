import { attributes } from '../../onnx/messages'
import { untranslated, type Step, type Translation } from './translation'

/** The activation that is part of a step, by the schema's number. @returns the name of what leaves it */
export function activated(graph: Translation, made: string, activation: number): string {
  const kind = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH'][activation]
  if (kind === undefined) throw untranslated(`activation ${activation}`)
  return kind === 'NONE' ? made : applied(graph, `${made}/activation`, kind, made)
}

const bounded = (graph: Translation, wanted: string, from: string, low: number, high: number): string =>
  graph.add(wanted, 'Clip', [from, graph.floats('low', [], Float32Array.of(low)), graph.floats('high', [], Float32Array.of(high))])

/** ONNX's operators that do the same to one value. */
const alike: Readonly<Record<string, string>> = {
  RELU: 'Relu', TANH: 'Tanh', LOGISTIC: 'Sigmoid', HARD_SWISH: 'HardSwish', EXP: 'Exp', LOG: 'Log', SQRT: 'Sqrt', ABS: 'Abs', NEG: 'Neg', FLOOR: 'Floor',
  CEIL: 'Ceil', ROUND: 'Round', SIN: 'Sin', COS: 'Cos', ELU: 'Elu', SIGN: 'Sign'
}

/** @returns the name of what an operator makes of one value */
function applied(graph: Translation, wanted: string, operator: string, from: string, options?: Step['options']): string {
  const same = alike[operator]
  if (same) return graph.add(wanted, same, [from])
  const number = (value: number): string => graph.floats('number', [], Float32Array.of(value))
  switch (operator) {
    case 'RELU6': return bounded(graph, wanted, from, 0, 6)
    case 'RELU_N1_TO_1': return bounded(graph, wanted, from, -1, 1)
    case 'RELU_0_TO_1': return bounded(graph, wanted, from, 0, 1)
    case 'LEAKY_RELU': return graph.add(wanted, 'LeakyRelu', [from], [attributes.float('alpha', options?.float(0) ?? 0)])
    case 'SQUARE': return graph.add(wanted, 'Mul', [from, from])
    case 'RSQRT': return graph.add(wanted, 'Reciprocal', [graph.add(`${wanted}/root`, 'Sqrt', [from])])
    case 'GELU': {
      // x · ½ (1 + erf(x / √2)), or its approximation by a hyperbolic tangent.
      const grown = options?.flag(0)
        ? graph.add(`${wanted}/tanh`, 'Tanh', [graph.add(`${wanted}/scaled`, 'Mul', [
            graph.add(`${wanted}/sum`, 'Add', [from, graph.add(`${wanted}/cubic`, 'Mul', [
              graph.add(`${wanted}/cube`, 'Pow', [from, number(3)]), number(0.044715)
            ])]), number(Math.sqrt(2 / Math.PI))
          ])])
        : graph.add(`${wanted}/erf`, 'Erf', [graph.add(`${wanted}/scaled`, 'Div', [from, number(Math.SQRT2)])])
      return graph.add(wanted, 'Mul', [graph.add(`${wanted}/product`, 'Mul', [from, graph.add(`${wanted}/share`, 'Add', [grown, number(1)])]), number(0.5)])
    }
    default: throw untranslated(operator)
  }
}

/** One value in, one of the same shape out. */
export function unary({ name, inputs: [input = -1], outputs: [output = -1], options, graph }: Step): void {
  const order = graph.isFirst(input) ? 'first' : 'last'
  graph.set(output, graph.shape(input), order, applied(graph, graph.tensor(output).name, name, graph[order](input), options))
}
