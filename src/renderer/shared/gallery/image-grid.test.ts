import { h } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
import { fakeDatasets } from '../../testing/fake-library'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import ImageGrid from './ImageGrid.vue'

let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())

/** Without a width, as here, a row holds one picture; the window is taken for 480 pixels high. */
async function grid(count: number): Promise<{ element: HTMLElement, opened: number[] }> {
  const opened: number[] = []
  const [dataset] = fakeDatasets()
  open = await mountIn(createFakeApi(), {
    render: () => h(ImageGrid, {
      dataset: dataset!, split: 'train', positions: Int32Array.from({ length: count }, (_, place) => place * 10), size: 64, captions: true,
      labelOf: (position: number) => `label ${position}`, onOpen: (place: number) => opened.push(place)
    })
  })
  await settle()
  return { element: open.wrapper.find('[role="grid"]').element as HTMLElement, opened }
}
const cells = (root: HTMLElement): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[role="gridcell"]')]
async function press(key: string, repeat = false): Promise<void> {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true, cancelable: true }))
  await settle()
}

describe('a grid of pictures', () => {
  it('draws the rows in sight only, each with one address for its pictures', async () => {
    const { element } = await grid(100_000)
    expect(element.getAttribute('aria-rowcount')).toBe('100000')
    const rows = [...element.querySelectorAll<HTMLElement>('[role="row"]')]
    expect(rows.length).toBeGreaterThan(4)
    expect(rows.length).toBeLessThan(20)
    expect(rows.map((row) => row.getAttribute('aria-rowindex'))).toEqual(rows.map((_, index) => String(index + 1)))
    expect(rows[2]!.getAttribute('style')).toMatch(/graft-image:\/\/dataset\/[\w-]+\/train\/1\/20\.bmp/)
    expect(cells(element)[3]!.getAttribute('aria-label')).toMatch(/31.*label 30/)
    expect(cells(element)[3]!.dataset['caption']).toBe('label 30')
  })

  it('is one stop of the Tab key, and its arrow keys lead to pictures that were not drawn', async () => {
    const { element } = await grid(100_000)
    expect(cells(element).filter(({ tabIndex }) => tabIndex === 0)).toEqual([cells(element)[0]])
    cells(element)[0]!.focus()
    await press('ArrowDown')
    expect((document.activeElement as HTMLElement).dataset['place']).toBe('1')
    await press('End')
    expect((document.activeElement as HTMLElement).dataset['place']).toBe('99999')
    expect(document.activeElement!.closest('[role="row"]')!.getAttribute('aria-rowindex')).toBe('100000')
    await press('Home')
    expect((document.activeElement as HTMLElement).dataset['place']).toBe('0')
    expect(cells(element).filter(({ tabIndex }) => tabIndex === 0).map(({ dataset }) => dataset['place'])).toEqual(['0'])
  })

  it('opens a picture by a click and by Enter, not by one that is held', async () => {
    const { element, opened } = await grid(5)
    expect(cells(element)).toHaveLength(5)
    cells(element)[4]!.click()
    cells(element)[2]!.focus()
    await press('Enter', true)
    await press('Enter')
    await press('x')
    expect(opened).toEqual([4, 2])
  })
})
