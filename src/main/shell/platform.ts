import type { Protocol } from 'electron'

/** What a custom protocol answers. */
export interface SchemeAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

type ProtocolForms = Partial<Pick<Protocol, 'handle' | 'registerBufferProtocol'>>

const failed: SchemeAnswer = { status: 500, headers: { 'content-type': 'text/plain' }, body: Buffer.from('failed') }

/**
 * Answers a scheme's requests: `protocol.handle` where there is one (Electron 25 and newer), else the form before it.
 * A handler that throws answers 500, after `onError` has heard of it.
 */
export function serveScheme(
  protocol: ProtocolForms, scheme: string, answer: (url: string) => Promise<SchemeAnswer>, onError: (error: unknown) => void
): void {
  const safely = async (url: string): Promise<SchemeAnswer> => {
    try {
      return await answer(url)
    } catch (error) {
      onError(error)
      return failed
    }
  }
  if (protocol.handle) {
    protocol.handle(scheme, async ({ url }) => {
      const { status, headers, body } = await safely(url)
      return new Response(new Uint8Array(body), { status, headers })
    })
    return
  }
  protocol.registerBufferProtocol?.(scheme, ({ url }, callback) => {
    void safely(url).then(({ status, headers, body }) => {
      const mimeType = headers['content-type']?.split(';')[0]
      callback({ statusCode: status, headers, data: body, charset: 'utf-8', ...(mimeType !== undefined && { mimeType }) })
    })
  })
}

/** Whether this Electron is the one that Graft ships, or one that stands in for it in development and tests. */
export function isStandIn(running: string | undefined, shipped: string): boolean {
  return running?.split('.')[0] !== shipped.split('.')[0]
}
