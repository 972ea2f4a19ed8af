import type { Linter } from 'eslint'

export const rooms: Record<string, readonly string[]>
export const doors: Record<string, readonly string[]>
export const packageRooms: Record<string, readonly string[]>
export const innerRooms: Record<string, readonly string[]>
export const roomRules: Linter.Config[]
