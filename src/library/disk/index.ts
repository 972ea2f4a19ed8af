/** What tells damaged bytes from whole ones. */
export { sealed, sealedModelFields, sha256Of, sha256OfFile } from './checksums'
/** Files that survive a crash, ids, folders and processes. */
export { dataFolderGone, ensureWritable, exists, freeBytes, makeFolder, namingFile, readJson, rename, setAside, syncFolder, syncFolders, writeFileDurably, writeJsonDurably, writePartsDurably } from './files'
export { chosenLocation, defaultCacheDir, defaultDataDir, isChosenAndGone, locationFile, portableEnvironment, type Location } from './folders'
export { newId, slugOf } from './ids'
export { thisProcess } from './processes'
