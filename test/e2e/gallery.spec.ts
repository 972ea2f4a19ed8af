import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession, Page } from '@playwright/test'
import { ask, waitFor } from './harness/api'
import { expect, test } from './harness/graft'

const images = 100_000
const side = 28
/** Pixels a second: a slow turn of the wheel, a quick one, a flick, and the scroll bar dragged. */
const speeds = [400, 2_000, 8_000, 60_000]
const secondsEach = 2.5
/** A frame that takes this many of the display's intervals has missed at least one. */
const late = 1.5

/** Writes digits' format with moving bars, which are quick to draw and differ from one another. */
function writeBars(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const pixels = Buffer.alloc(16 + images * side * side)
  ;[0x803, images, side, side].forEach((value, at) => pixels.writeUInt32BE(value, at * 4))
  const labels = Buffer.alloc(8 + images)
  ;[0x801, images].forEach((value, at) => labels.writeUInt32BE(value, at * 4))
  for (let image = 0; image < images; image++) {
    const row = 16 + (image * side + image % side) * side
    pixels.fill(100 + image % 156, row, row + side)
    labels[8 + image] = image % 10
  }
  writeFileSync(join(folder, 'train-images-idx3-ubyte'), pixels)
  writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels)
}

interface Scroll {
  /** Milliseconds between one frame and the next. */
  frames: number[]
  /** Processor milliseconds of the window's main thread a frame. */
  work: number
}

/** Scrolls an element down by time, whatever frames come, and notes when they came. */
async function scroll(page: Page, session: CDPSession, selector: string, speed: number): Promise<Scroll> {
  const workSoFar = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000
  }
  const before = await workSoFar()
  const frames = await page.evaluate(async ([where, pixelsASecond, seconds]) => {
    const element = document.querySelector(where)!
    const room = element.scrollHeight - element.clientHeight
    const length = pixelsASecond * seconds
    const from = Math.max(0, pixelsASecond * 7919 % (room - length))
    element.scrollTop = from
    await new Promise((done) => { setTimeout(done, 500) })
    const times: number[] = []
    const began = performance.now()
    await new Promise<void>((done) => {
      const step = (now: number): void => {
        times.push(now)
        element.scrollTop = from + Math.max(0, now - began) / 1000 * pixelsASecond
        if (now - began < seconds * 1000) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })
    return times.slice(1).map((time, index) => time - times[index]!)
  }, [selector, speed, secondsEach] as const)
  return { frames, work: (await workSoFar() - before) / frames.length }
}

/** A page over the window with nothing but room to scroll: what this machine can do at all. */
async function coverWithEmptyPage(page: Page, cover: boolean): Promise<void> {
  await page.evaluate((isWanted) => {
    document.getElementById('empty-page')?.remove()
    if (!isWanted) return
    const empty = document.createElement('div')
    empty.id = 'empty-page'
    Object.assign(empty.style, { position: 'fixed', inset: '0', zIndex: '99999', overflow: 'auto', background: 'white' })
    const inside = document.createElement('div')
    inside.style.height = '700000px'
    empty.append(inside)
    document.body.append(empty)
  }, cover)
}

/** Where the gallery came to rest the right pictures are drawn and take the pointer, down to its lowest pixels, and have come. */
async function expectPictures(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(async () => {
    const gallery = document.querySelector('#gallery')!
    const { left, top, height } = gallery.getBoundingClientRect()
    const rowHeight = gallery.querySelector<HTMLElement>('[role="row"]')?.offsetHeight ?? NaN
    for (const offset of [20, height / 2, height - 11, height - 1]) {
      const wanted = Math.floor((gallery.scrollTop + offset) / rowHeight) + 1
      const there = document.elementFromPoint(left + 20, top + offset)
      const row = there?.closest<HTMLElement>('[role="row"]')
      if (row?.getAttribute('aria-rowindex') !== String(wanted)) {
        return `row ${wanted} is not ${height - offset} pixels above the lower edge, but ${there?.className} of row ${row?.getAttribute('aria-rowindex')}`
      }
      const picture = new Image()
      picture.src = row.style.getPropertyValue('--pictures').slice('url("'.length, -'")'.length)
      await picture.decode()
      const cells = row.querySelectorAll('[role="gridcell"]').length
      if (picture.naturalHeight !== cells * picture.naturalWidth) return `${cells} cells, ${picture.naturalHeight} pixels high`
    }
    return 'drawn'
  })).toBe('drawn')
}

/** A click just above the gallery's lower edge opens the picture that is seen there. */
async function clickAtTheLowerEdge(page: Page): Promise<void> {
  const { x, y, wanted } = await page.evaluate(() => {
    const gallery = document.querySelector('#gallery')!
    const { left, bottom } = gallery.getBoundingClientRect()
    const cell = gallery.querySelector<HTMLElement>('[role="gridcell"]')!
    const rowHeight = cell.parentElement!.offsetHeight
    const at = { x: left + 20, y: bottom - 11 }
    // Past where it stands the middle of a row's first picture comes to lie there.
    const row = Math.ceil((gallery.scrollTop + gallery.clientHeight) / rowHeight)
    gallery.scrollTop += row * rowHeight + cell.offsetHeight / 2 - (gallery.scrollTop + at.y - gallery.getBoundingClientRect().top)
    return { ...at, wanted: row * cell.parentElement!.childElementCount + 1 }
  })
  await expectPictures(page)
  await page.mouse.click(x, y)
  const viewer = page.getByRole('dialog')
  await expect(viewer.getByRole('status')).toContainText(new RegExp(`No\\. ${String(wanted).replace(/\B(?=(\d{3})+$)/g, '\\s')}$`))
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

// Other work on the machine can only make frames late: the best of three attempts is the figure.
test.describe.configure({ retries: 2 })

test('100,000 images scroll as smoothly as an empty page', async ({ launchGraft, temporaryFolder }) => {
  test.setTimeout(300_000)
  const folder = join(temporaryFolder('bars'), 'bars')
  writeBars(folder)
  const { page, app } = await launchGraft()
  await ask(page, 'datasets', 'add', { path: folder, id: 'bars' })
  await waitFor('the import', 120_000, async () => (await ask(page, 'datasets', 'list')).datasets.some(({ id }) => id === 'bars'))
  await page.evaluate(() => { location.hash = '#/datasets/bars' })
  const grid = page.getByRole('grid')
  await expect(grid.getByRole('gridcell').first()).toBeVisible()
  await grid.evaluate((element) => { element.id = 'gallery' })

  // A window that grows only in height shows more rows of the same layout.
  const resize = async (height: number): Promise<void> => {
    await app.evaluate(({ BrowserWindow }, wanted) => { BrowserWindow.getAllWindows()[0]!.setSize(1280, wanted) }, height)
    await page.waitForTimeout(500)
  }
  await resize(600)
  await grid.evaluate((element) => { element.scrollTop = 5_000 })
  await expectPictures(page)
  await resize(960)
  await expectPictures(page)
  await resize(815)

  const session = await app.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const lines: string[] = []
  const all: Record<'empty' | 'gallery', number[]> = { empty: [], gallery: [] }
  for (const speed of speeds) {
    await coverWithEmptyPage(page, true)
    const empty = await scroll(page, session, '#empty-page', speed)
    await coverWithEmptyPage(page, false)
    const gallery = await scroll(page, session, '#gallery', speed)
    await expectPictures(page)
    await clickAtTheLowerEdge(page)
    all.empty.push(...empty.frames)
    all.gallery.push(...gallery.frames)
    const interval = middle(empty.frames)
    const share = ({ frames }: Scroll): number => frames.filter((frame) => frame > late * interval).length / frames.length
    lines.push(`${speed} px/s: late frames ${(share(gallery) * 100).toFixed(1)} % against ${(share(empty) * 100).toFixed(1)} % over an empty page; ` +
      `${gallery.work.toFixed(1)} ms of work a frame against ${empty.work.toFixed(1)}`)
  }
  const interval = middle(all.empty)
  const onTime = (frames: readonly number[]): number => frames.filter((frame) => frame <= late * interval).length / frames.length
  const ratio = onTime(all.gallery) / onTime(all.empty)
  lines.push(`frames in time: ${(ratio * 100).toFixed(1)} % of those of an empty page (display: ${interval.toFixed(1)} ms)`)
  process.stdout.write(lines.map((line) => `    ${line}\n`).join(''))
  test.info().annotations.push({ type: 'scrolling', description: lines.join('; ') })
  expect(ratio).toBeGreaterThan(0.9)
})
