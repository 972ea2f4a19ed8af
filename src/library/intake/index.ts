/** What comes in from outside: formats, import, inspection, downloads of known data sets. Heavy: main must not load it. */
export { deriveDataset } from './derive'
export { idx } from './formats/idx'
export { formats } from './formats'
export { importDataset } from './import'
export { inspectDataset } from './inspection/inspect'
export { getKnownDataset } from './known/get'
export { notAFile } from './options'
export { readingInWords } from './questions'
