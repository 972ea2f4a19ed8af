import { describe, expect, it } from 'vitest'
import { forWindow } from './prediction-for-window'

describe('what the window is told of a picture', () => {
  it('is its name without its folder, also where it says why it could not be read', () => {
    const image = '/home/ada/holiday (1)/cat.png'
    expect(forWindow({
      image, error: {
        code: 'image-unreadable', message: { en: `${image} could not be read: it is empty.`, zh: `无法读取 ${image}：文件为空。` },
        remedy: { en: `Look at ${image}.`, zh: `请查看 ${image}。` }, details: `open ${image}`
      }
    })).toEqual({
      image: 'cat.png', error: {
        code: 'image-unreadable', message: { en: 'cat.png could not be read: it is empty.', zh: '无法读取 cat.png：文件为空。' },
        remedy: { en: 'Look at cat.png.', zh: '请查看 cat.png。' }, details: 'open cat.png'
      }
    })
  })

  it('is the first classes alone', () => {
    const classes = Array.from({ length: 1000 }, (_, index) => ({ class: String(index), probability: 0.001 }))
    const shown = forWindow({ image: '/a/b.png', classes, source: classes })
    expect('classes' in shown && [shown.image, shown.classes.length < 20, shown.source?.length]).toEqual(['b.png', true, 'classes' in shown && shown.classes.length])
    expect('classes' in shown && shown.classes[0]).toEqual(classes[0])
  })
})
