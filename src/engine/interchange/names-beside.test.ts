import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { namesBeside } from './names-beside'

let folder: string
beforeEach(async () => { folder = await fs.mkdtemp(join(tmpdir(), 'graft-names-')) })
afterEach(() => fs.rm(folder, { recursive: true, force: true }))
const beside = async (name: string, content: string, count = 2) => {
  await fs.writeFile(join(folder, name), content)
  await fs.writeFile(join(folder, 'model.safetensors'), '')
  return namesBeside(join(folder, 'model.safetensors'), count)
}

describe('class names in a file beside a model', () => {
  it.each([
    ['labels.txt', '0 Cat\n1 Big dog\n', ['Cat', 'Big dog']],
    ['labels.txt', '10 apples\n20 pears\n', ['10 apples', '20 pears']],
    ['metadata.json', '{"packageName":"@teachablemachine/image","labels":["Cat","Big dog"]}', ['Cat', 'Big dog']],
    ['config.json', '{"model_type":"resnet","id2label":{"1":"dog","0":"cat"}}', ['cat', 'dog']],
    ['class_to_idx.json', '{"dog":1,"cat":0}', ['cat', 'dog']],
    ['classes.txt', '\ufeffcat\r\ndog\r\n', ['cat', 'dog']]
  ])('are read from %s: %s', async (name, content, names) => { expect(await beside(name, content)).toEqual({ file: name, names }) })

  it.each([
    ['labels.txt', '0 Cat\n1 Dog\n2 Cow\n'], ['labels.txt', 'cat\ncat\n'], ['config.json', '{"hidden_sizes":[1,2]}'], ['config.json', 'no JSON'],
    ['config.json', '{"id2label":{"0":"cat","2":"dog"}}'], ['notes.txt', 'cat\ndog\n']
  ])('are none where the file says others, or none: %s %s', async (name, content) => { expect(await beside(name, content)).toBeUndefined() })
})
