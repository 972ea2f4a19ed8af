import { splitLike } from '../../reading/split-names'
import type { SplitName } from '../../../../contract/datasets'

/** What people call the columns of a table of pictures, in the languages that split-words.ts has, too. */
const tidy = (name: string): string => name.normalize('NFC').trim().replace(/[\s-]+/g, '_')

const names = {
  path: new RegExp(`^(${[
    '(image_?|img_?|file_?|id_?|f)?(path|name|file|filename|file_?path|image|img|id|code|图像|文件)',
    '文件名|图片|图片名|dateiname|datei|bild|fichier|archivo|imagen|arquivo|imagem|файл|изображение|ファイル名|画像|파일명'
  ].join('|')})$`, 'i'),
  label: new RegExp(`^(${[
    'label|labels|class|classes|class_?name|choice|category|target|y|species|breed|diagnosis|dx|disease|finding|label_?name|(class|label|category|species|breed)_?id|cls|emotion',
    '标签|类别|分类|种类|品种|類別|分類|種類|ラベル|クラス|カテゴリ|라벨|레이블|클래스|분류|метка|класс|категория',
    'klasse|kategorie|etikett|classe|cat[ée]gorie|[ée]tiquette|clase|categor[ií]a|etiqueta|r[óo]tulo|categoria|etichetta|klasa|kategoria|s[ıi]n[ıi]f|etiket'
  ].join('|')})$`, 'i'),
  /** Those that say so outright, where a table has several: the others may be another fact of the picture. */
  surelyLabel: new RegExp(`^(${[
    'labels?|class(es)?|(label|class)_?(name|id)|cls|标签|类别|類別|ラベル|クラス|라벨|레이블|클래스|метка|класс|klasse|etikett|classe|[ée]tiquette|clase|etiqueta',
    'r[óo]tulo|etichetta|klasa|s[ıi]n[ıi]f|etiket'
  ].join('|')})$`, 'i'),
  split: /^(split|set|subset|partition|usage|fold_?name|data_?set)$/i,
  /** Called so it holds splits, whatever its words are. */
  surelySplit: /^(split|partition)$/i,
  domain: /^(domain|environment|env|source|style)$/i,
  surelyDomain: /^domain$/i,
  index: /^(unnamed:?_?\d*|index|idx|no|nr|#|row|row_?id)?$/i,
  coordinate: /^x$/i
} as const
/** Whether a column's name is of a kind. */
export const isCalled = (name: string, kind: keyof typeof names): boolean => names[kind].test(tidy(name))

/**
 * Words for facts that a picture has besides its class: what numbers it, its size, who it shows and how old, with what,
 * when and where it was taken, and where it lies.
 */
const facts = {
  words: new Set([
    'id', 'ids', 'uid', 'uuid', 'guid', 'key', 'hash', 'md5', 'sha', 'no', 'nr', 'num', 'number', 'index', 'serial', 'count', 'width', 'height', 'size', 'bytes', 'resolution', 'age',
    'camera', 'device', 'scanner', 'sensor', 'date', 'day', 'month', 'year', 'time', 'timestamp', 'datetime', 'created', 'modified', 'url', 'uri', 'link', 'href', 'path', 'folder', 'dir', 'directory',
    'patient', 'subject', 'annotator', 'latitude', 'longitude', 'lat', 'lon', 'score', 'confidence', 'probability', 'comment', 'comments', 'note', 'notes', 'remark', 'remarks', 'caption', 'description', 'license', 'licence',
    'nummer', 'breite', 'hohe', 'grosse', 'alter', 'kamera', 'gerat', 'datum', 'zeit', 'uhrzeit', 'zeitstempel', 'jahr', 'pfad', 'ordner', 'bemerkung', 'kommentar', 'notiz',
    'numero', 'largeur', 'hauteur', 'taille', 'appareil', 'heure', 'annee', 'chemin', 'dossier', 'lien', 'commentaire', 'remarque',
    'ancho', 'anchura', 'alto', 'altura', 'tamano', 'edad', 'camara', 'dispositivo', 'fecha', 'hora', 'tiempo', 'ano', 'ruta', 'enlace', 'paciente', 'comentario', 'nota',
    'largura', 'tamanho', 'idade', 'aparelho', 'data', 'tempo', 'caminho', 'observacao', 'larghezza', 'altezza', 'dimensione', 'eta', 'fotocamera', 'ora', 'percorso', 'paziente',
    'numer', 'szerokosc', 'wysokosc', 'rozmiar', 'wiek', 'aparat', 'urzadzenie', 'czas', 'sciezka', 'pacjent', 'uwagi', 'numara', 'genislik', 'yukseklik', 'boyut', 'yas', 'cihaz', 'tarih', 'saat', 'zaman', 'yol', 'hasta',
    'идентификатор', 'ид', 'номер', 'ширина', 'высота', 'размер', 'возраст', 'камера', 'устройство', 'дата', 'время', 'год', 'ссылка', 'адрес', 'путь', 'папка', 'пациент', 'комментарий', 'примечание'
  ]),
  /** Of languages that write words without spaces, or their endings on them. */
  parts: new RegExp([
    '编号|編號|序号|序號|标识|宽度?$|寬度?$|高度?$|尺寸|大小|年龄|年齡|相机|相機|摄像|攝影機|设备|設備|日期|时间|時間|年份|网址|網址|链接|連結|路径|路徑|目录|患者|病人|备注|備註|说明',
    '番号|識別子|幅$|高さ|サイズ|年齢|カメラ|機器|デバイス|日付|時刻|日時|パス$|備考', '번호|아이디|너비|높이|크기|나이|연령|카메라|장치|기기|날짜|시간|경로|주소|환자|비고',
    'آیدی|رقم|العمر|التاريخ|الوقت|الكاميرا', 'संख्या|आयु|कैमरा|तारीख|समय|पथ|รหัส|หมายเลข|อายุ|กล้อง|วันที่|เวลา|ขนาด'
  ].join('|'))
}
/** Whether a column's name says that it holds such a fact, and so no classes: `patient_id`, `PatientID`, `image width`, 患者编号. */
export function isFact(name: string): boolean {
  const words = name.normalize('NFD').replace(/(?<=\p{Script=Latin}\p{Mn}*)\p{Mn}/gu, '').replaceAll('ı', 'i').replaceAll('ł', 'l').replaceAll('ß', 'ss').normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase().split(/[^\p{L}\p{M}\d]+/u).filter((word) => word !== '')
  return words.some((word) => facts.words.has(word) || /^(id|uid)\d+$/.test(word)) || facts.parts.test(name.normalize('NFC')) || /(?<=\P{Script=Latin})id$/iu.test(name)
}

/** What a spreadsheet writes for true and false in the languages it is set to, and what people mark with. */
const yes = new Set(['true', 'yes', 'y', 't', 'x', 'on', '✓', '✔', '☑', 'wahr', 'ja', 'vrai', 'oui', 'verdadero', 'sí', 'si', 'verdadeiro', 'sim', 's', 'vero', 'sì', 'waar', 'истина', 'да', 'prawda', 'tak', 'doğru', 'evet', '是', '真', '对', '對', 'はい', '○', '예', '참'])
const no = new Set(['false', 'no', 'n', 'f', 'off', '-', '✗', '✘', '☐', 'falsch', 'nein', 'faux', 'non', 'falso', 'não', 'nao', 'onwaar', 'nee', 'ложь', 'нет', 'fałsz', 'nie', 'yanlış', 'hayır', '否', '假', '错', '錯', 'いいえ', '×', '아니요', '거짓'])
/** What a cell of yes and no says; undefined where it says neither. */
export function yesOrNo(cell: string): 'yes' | 'no' | undefined {
  const word = cell.normalize('NFC').trim().toLowerCase()
  if (/^1([.,]0*)?$/.test(word) || yes.has(word)) return 'yes'
  return /^0([.,]0*)?$/.test(word) || no.has(word) ? 'no' : undefined
}

const before = ['is', 'ist', 'are', 'for', 'in', 'use_for', 'used_for', 'für', 'est', 'pour', 'es', 'para', 'per', 'jest', 'это', 'для', '是否', '为', '為', '是', '用于']
const after = /_?(flag|mask|marker|indicator|yn|bool)$/i
/**
 * `is_train`, `test_set`, `isValid`, `是否测试`: which split a column of yes and no is for, and whether its name says that it is
 * such a column. Unclear: `valid` alone may say that a picture is fit for use; `dev` and `eval` alone may say anything.
 */
export function flagOf(name: string): { split: SplitName, isSaid: boolean, isUnclear: boolean } | undefined {
  const whole = tidy(name)
  const bare = whole.replace(after, '')
  const starts = ['', ...before.filter((start) => bare.toLowerCase().startsWith(start))]
  const word = starts.map((start) => bare.slice(start.length).replace(/^_+/, '')).find((rest) => splitLike(rest)?.rest === '') ?? whole
  const like = splitLike(word)
  if (like?.rest !== '') return undefined
  const isSaid = word !== whole || /^\p{L}+_+\p{L}/u.test(word)
  return { split: like.split, isSaid, isUnclear: !isSaid && (like.strength === 'weak' || /^valid$/i.test(word)) }
}
