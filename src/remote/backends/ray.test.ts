import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toErrorValue } from '../../contract/errors'
import { ask } from '../http'
import { FakeRay } from '../testing-ray'
import { openBackend } from '.'
import { shellWord } from './backend'
import { RayBackend } from './ray'

let ray: FakeRay
beforeEach(async () => {
  ray = new FakeRay()
  await ray.start()
})
afterEach(() => ray.stop())

const answering = (status: number, text: string): void => {
  ray.answer = (_, response) => {
    response.writeHead(status)
    response.end(text)
    return true
  }
}
const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'none', (error: unknown) => toErrorValue(error).code)

describe('a Ray cluster over HTTP', () => {
  it('says what it is and which machines it has', async () => {
    const backend = openBackend(`${ray.address}/`)
    expect(await backend.about()).toBe('Ray 2.60.0')
    expect(await backend.nodes()).toEqual([
      { id: 'one', host: 'host-one', address: '192.0.2.7', head: true, cores: 4, gpus: 0, memoryBytes: 8e9 },
      { id: 'two', host: 'host-two', address: '192.0.2.7', head: false, cores: 4, gpus: 1, memoryBytes: 8e9 }
    ])
  })

  it('takes a job once, tells how it stands, and stops it', async () => {
    const backend = new RayBackend(ray.address)
    const job = { id: 'graft-x-1', command: 'exec graft run', cores: 2 }
    await backend.submit(job)
    await backend.submit(job)
    expect(ray.submitted).toEqual(['graft-x-1'])
    expect(await backend.standing(job.id)).toEqual({ state: 'waiting', node: 'one' })
    Object.assign(ray.jobs.get(job.id)!, { status: 'FAILED', exitCode: 127, message: 'failed', log: 'not found' })
    expect(await backend.standing(job.id)).toEqual({ state: 'failed', exitCode: 127, message: 'failed', node: 'one' })
    expect(await backend.logs(job.id)).toBe('not found')
    await backend.submit({ ...job, id: 'b' })
    await backend.stop('b')
    expect((await backend.standing('b')).state).toBe('stopped')
    expect(await backend.standing('nobody')).toEqual({ state: 'unknown' })
    expect(await backend.logs('nobody')).toBe('')
    await backend.stop('nobody')
  })

  it.each([
    [401, 'no', 'cluster-refused'], [403, 'no', 'cluster-refused'], [404, 'nothing here', 'not-a-cluster'], [200, '<html>', 'not-a-cluster'],
    [200, '{"version":"4"}', 'not-a-cluster'], [500, 'Traceback', 'cluster-failing'], [503, 'busy', 'cluster-failing']
  ])('says what is wrong where %i %s comes back', async (status, text, code) => {
    answering(status, text)
    expect(await codeOf(new RayBackend(ray.address).about())).toBe(code)
  })

  it('says what is wrong with answers that it cannot read, and with jobs that are not taken', async () => {
    const backend = new RayBackend(ray.address)
    answering(200, '{"status":"DANCING"}')
    expect(await codeOf(backend.standing('x'))).toBe('cluster-answer-unreadable')
    answering(200, 'no JSON')
    expect(await codeOf(backend.nodes())).toBe('cluster-answer-unreadable')
    answering(400, 'TypeError: entrypoint_num_cpus must be a number')
    await expect(backend.submit({ id: 'x', command: 'x', cores: 1 })).rejects.toMatchObject({ code: 'job-rejected', value: { details: expect.stringContaining('must be a number') as string } })
    // The node that holds a log is gone.
    answering(500, 'Traceback')
    expect(await backend.logs('x')).toBe('')
  })

  it('is unreachable where nobody listens, and silent where nothing is said', async () => {
    const { address } = ray
    ray.answer = () => true
    expect(await codeOf(ask(address, 'api/version', { seconds: 0.1 }))).toBe('cluster-silent')
    ray.answer = (_, response) => {
      response.writeHead(200)
      response.write('{')
      return true
    }
    expect(await codeOf(ask(address, 'api/version', { seconds: 0.1 }))).toBe('cluster-silent')
    await ray.stop()
    expect(await codeOf(new RayBackend(address).about())).toBe('cluster-unreachable')
    expect(await codeOf(new RayBackend('http://no-such-host.invalid:8265').about())).toBe('cluster-unreachable')
  })

  it('is unreachable where the line is cut in mid-answer', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"half')
      setTimeout(() => socket.destroy(), 10)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await codeOf(new RayBackend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).about())).toBe('cluster-unreachable')
    server.close()
  })

  it('gets the token where there is one', async () => {
    const seen: (string | undefined)[] = []
    ray.answer = (request) => {
      seen.push(request.headers.authorization)
      return false
    }
    await new RayBackend(ray.address, 'secret').about()
    await new RayBackend(ray.address, undefined).about()
    expect(seen).toEqual(['Bearer secret', process.env.RAY_AUTH_TOKEN === undefined ? undefined : `Bearer ${process.env.RAY_AUTH_TOKEN}`])
  })

  it.each(['', 'localhost:8265', 'ray://host:10001', 'http://user:word@host:8265', 'http://host:8265/path', 'http://host:8265/?q=1', 'file:///etc'])('is not at “%s”', (address) => {
    expect(() => openBackend(address)).toThrow('is not the address of a cluster')
  })
})

it('a word for a shell stands for itself', () => {
  expect(['runs/x/parcel.json', 'a b', 'it\'s', '$(rm -rf /)', '', '中'].map(shellWord)).toEqual(['runs/x/parcel.json', '\'a b\'', '\'it\'\\\'\'s\'', '\'$(rm -rf /)\'', '\'\'', '\'中\''])
})
