import { Reader, Writer } from 'protobufjs/minimal'
import { Unreadable } from '../../safetensors/header'
import { isElsewhere, numbersBeside, type FilesBeside } from './beside'
import type { OnnxModel } from './messages'

/** Fields of ONNX's messages (onnx.proto): the graph of a model, the initialisers of a graph, where and what a tensor's numbers are. */
const fields = { graph: 7, initialiser: 5, raw: 9, external: 13, location: 14 } as const

/**
 * A model's file with the numbers that lie beside it written into it, everything else as it is: a graph that is kept to be run has no
 * folder of its own.
 * @throws Unreadable where a tensor names no place beside the file
 */
export function withNumbers(file: Uint8Array, { graph }: OnnxModel, beside: FilesBeside): Uint8Array {
  let at = 0
  const parts = replaced(file, fields.graph, (bytes) => replaced(bytes, fields.initialiser, (tensor) => {
    const known = graph.initializers[at++]
    if (!known) throw new Unreadable({ en: 'it holds two graphs', zh: '其中有两个计算图' })
    return isElsewhere(known) ? withRaw(tensor, numbersBeside(known, beside)) : [tensor]
  }))
  return new Uint8Array(Buffer.concat(parts))
}

function withRaw(tensor: Uint8Array, numbers: Uint8Array): Uint8Array[] {
  const gone: readonly number[] = [fields.raw, fields.external, fields.location]
  const kept = [...pieces(tensor)].filter(({ field }) => !gone.includes(field)).map(({ whole }) => whole)
  return [...kept, header(fields.raw, numbers.length), numbers]
}

/** A message in pieces, with others in the place of each piece of one field. */
function replaced(message: Uint8Array, wanted: number, change: (content: Uint8Array) => Uint8Array[]): Uint8Array[] {
  return [...pieces(message)].flatMap(({ field, whole, content }) => {
    if (field !== wanted || !content) return [whole]
    const parts = change(content)
    return [header(field, parts.reduce((sum, { length }) => sum + length, 0)), ...parts]
  })
}

const header = (field: number, length: number): Uint8Array => Writer.create().uint32(field << 3 | 2).uint32(length).finish()

/** The fields of a message one after the other; `content` is that of a message, a text or bytes. */
function* pieces(message: Uint8Array): Generator<{ field: number, whole: Uint8Array, content?: Uint8Array }> {
  const reader = Reader.create(message)
  while (reader.pos < message.length) {
    const start = reader.pos
    const tag = reader.uint32()
    if ((tag & 7) !== 2) {
      reader.skipType(tag & 7)
      yield { field: tag >>> 3, whole: message.subarray(start, reader.pos) }
      continue
    }
    const length = reader.uint32()
    const from = reader.pos
    reader.skip(length)
    yield { field: tag >>> 3, whole: message.subarray(start, reader.pos), content: message.subarray(from, reader.pos) }
  }
}
