import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { readJson, writeJsonDurably } from '../../library/disk'

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
const stateSchema = z.object({ schemaVersion: z.literal(1), bounds: boundsSchema, maximised: z.boolean() })

type Bounds = z.infer<typeof boundsSchema>
interface WindowState {
  bounds: Bounds
  maximised: boolean
}

export const smallest = { width: 900, height: 600 }
const usual = { width: 1280, height: 840 }
/** So much of the title bar must be on a screen for the window to be moved. */
const reachable = 80

/** The window's place as it was last; undefined the first time, or when the file cannot be read. */
export async function loadWindowState(path: string): Promise<WindowState | undefined> {
  return readJson(path, stateSchema).catch(() => undefined)
}

export async function saveWindowState(path: string, { bounds, maximised }: WindowState): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeJsonDurably(path, { schemaVersion: 1, bounds, maximised })
}

/** Where to open the window: as it was, if it can be reached on a screen that is there now; else in the middle of the first. */
export function placeWindow(state: WindowState | undefined, screens: readonly Bounds[]): Partial<Bounds> & { width: number, height: number } {
  const bounds = state?.bounds
  const home = bounds && screens.find((screen) =>
    bounds.x + bounds.width - reachable > screen.x && bounds.x + reachable < screen.x + screen.width
    && bounds.y >= screen.y && bounds.y + reachable < screen.y + screen.height)
  const screen = home ?? screens[0]
  const fit = (wanted: number, least: number, room: number | undefined): number =>
    Math.max(least, Math.min(wanted, room ?? wanted))
  const size = {
    width: fit(bounds?.width ?? usual.width, smallest.width, screen?.width),
    height: fit(bounds?.height ?? usual.height, smallest.height, screen?.height)
  }
  return home && bounds ? { x: bounds.x, y: bounds.y, ...size } : size
}
