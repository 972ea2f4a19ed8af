import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { appContract } from '../../contract/app'
import { CameraGrant } from '../window/camera'
import { useProgram } from './testing'

const place = useProgram()
const jpeg = (last: number): Uint8Array<ArrayBuffer> => Uint8Array.from([0xff, 0xd8, 0xff, last])
const video = { mediaTypes: ['video'], isMainFrame: true }

it('lets the page use the camera from the person\'s yes until the place is left, and asks once a place', async () => {
  const grant = new CameraGrant()
  const heard: string[] = []
  const say = (yes: boolean, system = true) => ({
    askPerson: async (where: string) => { heard.push(where); return yes }, askSystem: async () => system
  })
  expect(grant.allows(video)).toBe(false)
  expect(await grant.open('try', say(false))).toBe('refused')
  expect(grant.allows(video)).toBe(false)
  expect(await grant.open('try', say(true, false))).toBe('system-refused')
  expect(grant.allows(video)).toBe(false)
  expect(await grant.open('try', say(true))).toBe('allowed')
  expect([grant.allows(video), grant.allows({ mediaType: 'video' })]).toEqual([true, true])
  for (const other of [{ mediaTypes: ['audio'] }, { mediaTypes: ['video', 'audio'] }, { mediaTypes: [] }, {}, { ...video, isMainFrame: false }, { mediaType: 'unknown' }]) {
    expect(grant.allows(other), JSON.stringify(other)).toBe(false)
  }
  grant.close('try')
  expect(grant.allows(video)).toBe(false)
  expect(await grant.open('try', say(false))).toBe('allowed')
  expect(await grant.open('classes', say(false))).toBe('refused')
  expect(heard).toEqual(['try', 'try', 'classes'])
})

it('keeps pictures for a data set by class, never over one that is there, and deletes what is taken back', async () => {
  const { handlers } = place.program()
  const first = await handlers.camera.keep({ place: 'classes', class: '杯子', picture: jpeg(1) })
  const { folder } = first
  expect(folder).toMatch(/^camera-\d{4}-\d{2}-\d{2}$/)
  expect(first.path).toBe(join(place.dataDir, 'camera', folder, '杯子', '0001.jpg'))
  await Promise.all([2, 3].map((number) => handlers.camera.keep({ place: 'classes', folder, class: '杯子', picture: jpeg(number) })))
  await handlers.camera.keep({ place: 'classes', folder, class: 'pen', picture: jpeg(4) })
  expect(await readdir(join(place.dataDir, 'camera', folder, '杯子'))).toEqual(['0001.jpg', '0002.jpg', '0003.jpg'])
  expect([...await readFile(join(place.dataDir, 'camera', folder, '杯子', '0003.jpg'))]).toEqual([...jpeg(3)])
  expect((await handlers.camera.folders()).map(({ classes }) => classes)).toEqual([[{ name: 'pen', count: 1 }, { name: '杯子', count: 3 }]])

  await handlers.camera.remove({ folder, class: 'pen', file: '0001.jpg' })
  expect(await readdir(join(place.dataDir, 'camera', folder))).toEqual(['杯子'])
  expect((await handlers.camera.keep({ place: 'classes', class: 'pen', picture: jpeg(5) })).folder).toBe(`${folder}-2`)
  await expect(handlers.camera.keep({ place: 'classes', class: 'pen', picture: Uint8Array.from([1, 2]) })).rejects.toMatchObject({ code: 'picture-not-jpeg' })
  await expect(handlers.camera.keep({ place: 'classes', picture: jpeg(5) })).rejects.toMatchObject({ code: 'class-missing' })
})

it('deletes the pictures that a model was asked about when the camera is closed there', async () => {
  const { handlers } = place.program()
  await mkdir(join(place.dataDir, 'window'), { recursive: true })
  expect(await handlers.camera.open({ place: 'try' })).toBe('allowed')
  const { path } = await handlers.camera.keep({ place: 'try', picture: jpeg(1) })
  expect([...await readFile(path)]).toEqual([...jpeg(1)])
  await handlers.camera.close({ place: 'try' })
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('takes no class whose name leads elsewhere, and no file but a picture\'s', () => {
  const { keep, remove } = appContract.camera
  for (const name of ['..', '.', '.hidden', 'a/b', 'a\\b', 'a:b', 'con', 'NUL.txt', 'end.', 'line\nbreak', ' ']) {
    expect(keep.input.safeParse({ place: 'classes', class: name, picture: jpeg(1) }).success, name).toBe(false)
  }
  for (const name of ['cup', '杯子', 'my cup', 'version 1.5', 'Äpfel']) {
    expect(keep.input.safeParse({ place: 'classes', class: name, picture: jpeg(1) }).success, name).toBe(true)
  }
  expect(remove.input.safeParse({ folder: 'camera-1', class: 'cup', file: '../0001.jpg' }).success).toBe(false)
})
