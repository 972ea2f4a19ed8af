import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { CameraView } from '../../shared/camera'
import { createFakeApi } from '../../testing/fake-api'
import { mountIn, settle, type Mounted } from '../../testing/mount'
import CameraClasses from './CameraClasses.vue'

let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())

it('keeps two pictures taken at once in one folder, and deletes each from the folder where it lies', async () => {
  const fake = createFakeApi()
  // As main does: without a folder, a new one is made.
  let folders = 0
  fake.handlers.camera.keep = ({ folder = `camera-${++folders}`, class: name }) => {
    const folderPath = `/pictures/${folder}`
    return { folder, folderPath, file: '0001.jpg', path: `${folderPath}/${name}/0001.jpg` }
  }
  open = await mountIn(fake, CameraClasses, '/datasets', 'en', {})
  await open.wrapper.get('input').setValue('cup')
  const view = open.wrapper.getComponent(CameraView)
  view.vm.$emit('taken', new Uint8Array([1]))
  view.vm.$emit('taken', new Uint8Array([2]))
  await flushPromises()
  await settle()
  const kept = fake.calls.filter(({ name }) => name === 'camera.keep').map(({ input }) => (input as { folder?: string }).folder)
  expect(kept).toEqual([undefined, 'camera-1'])
  await open.wrapper.get('.picture').trigger('click')
  await settle()
  expect(fake.calls.find(({ name }) => name === 'camera.remove')?.input).toMatchObject({ folder: 'camera-1', class: 'cup' })
  expect(open.wrapper.getComponent(CameraClasses).emitted('changed')?.at(-1)).toEqual([{ path: '/pictures/camera-1', count: 1 }])
})
