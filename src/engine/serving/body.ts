import type { IncomingMessage } from 'node:http'

/** Longest picture file that is taken. */
export const largestBody = 32 << 20

/** Why a body is not taken, as the status of the answer. */
export class BodyProblem extends Error {
  constructor(readonly status: 400 | 413 | 415, readonly code: string) {
    super(code)
  }
}

/** The bytes of a request. @throws BodyProblem beyond the limit, by its header or as it comes */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) throw new BodyProblem(413, 'body-too-large')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > largestBody) throw new BodyProblem(413, 'body-too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The picture in a body: the first file of a form, or the body itself where it is bytes or an image. @throws BodyProblem */
export function pictureIn(body: Buffer, contentType: string | undefined): Buffer {
  const [kind = '', ...parameters] = (contentType ?? 'application/octet-stream').split(';').map((part) => part.trim())
  if (kind.toLowerCase() === 'multipart/form-data') {
    const boundary = parameters.map((each) => /^boundary="?([^"]{1,70})"?$/i.exec(each)?.[1]).find((found) => found !== undefined)
    const file = boundary === undefined ? undefined : firstFile(body, boundary)
    if (!file) throw new BodyProblem(400, 'no-picture')
    return file
  }
  if (!/^(image\/[\w.+-]+|application\/octet-stream)$/i.test(kind)) throw new BodyProblem(415, 'content-type-not-taken')
  if (body.length === 0) throw new BodyProblem(400, 'no-picture')
  return body
}

/** The content of the first part with a file name (RFC 7578). */
function firstFile(body: Buffer, boundary: string): Buffer | undefined {
  const mark = Buffer.from(`--${boundary}`)
  for (let start = body.indexOf(mark); start >= 0;) {
    const head = start + mark.length + 2
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), start + mark.length)
    const content = body.indexOf('\r\n\r\n', head)
    if (next < 0 || content < 0 || content > next) return undefined
    if (/content-disposition:[^\r\n]*filename/i.test(body.subarray(head, content).toString('latin1'))) return body.subarray(content + 4, next)
    start = next + 2
  }
  return undefined
}
