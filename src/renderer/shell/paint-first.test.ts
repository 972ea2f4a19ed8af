import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { destination, paintFirst } from './paint-first'

const screen = { template: '<p />' }

async function routerAt(path: string): Promise<Router> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['/transfer', '/runs', '/compare'].map((each) => ({ path: each, component: screen }))
  })
  paintFirst(router)
  await router.push(path)
  return router
}

describe('going to another screen', () => {
  let frames: FrameRequestCallback[] = []
  const frame = async (): Promise<void> => {
    for (const callback of frames.splice(0)) callback(0)
    await vi.advanceTimersByTimeAsync(0)
  }
  beforeEach(() => {
    vi.useFakeTimers()
    frames = []
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('is shown in the rail at once, and the screen comes after that was painted', async () => {
    const router = await routerAt('/transfer')
    const arrived = router.push('/runs')
    await vi.advanceTimersByTimeAsync(0)
    expect(destination.value).toBe('/runs')
    expect(router.currentRoute.value.path).toBe('/transfer')
    await frame()
    await arrived
    expect(router.currentRoute.value.path).toBe('/runs')
    expect(destination.value).toBeNull()
  })

  it('goes on in a window that paints nothing', async () => {
    const router = await routerAt('/transfer')
    const arrived = router.push('/runs')
    await vi.advanceTimersByTimeAsync(100)
    await arrived
    expect(router.currentRoute.value.path).toBe('/runs')
  })

  it('keeps the last wish when another comes before the first is painted', async () => {
    const router = await routerAt('/transfer')
    const first = router.push('/runs')
    await vi.advanceTimersByTimeAsync(0)
    const second = router.push('/compare')
    await vi.advanceTimersByTimeAsync(0)
    expect(destination.value).toBe('/compare')
    await frame()
    await Promise.all([first, second])
    expect(router.currentRoute.value.path).toBe('/compare')
    expect(destination.value).toBeNull()
  })

  it('shows the first screen, and the same screen with another query, without a wait', async () => {
    const router = await routerAt('/transfer')
    await router.push('/transfer?source=arch:lenet')
    expect(router.currentRoute.value.query).toEqual({ source: 'arch:lenet' })
    expect(frames).toEqual([])
  })
})
