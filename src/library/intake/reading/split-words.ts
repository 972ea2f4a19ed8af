/**
 * How people who do not write English call their splits, without accents on Latin letters; and how they call pictures
 * and sets, which says nothing beside such a word.
 */
export const foreign = {
  train: [
    'entrainement', 'apprentissage', 'entrenamiento', 'treino', 'treinamento', 'addestramento', 'trening', 'treningowy', 'treningowe', 'uczacy', 'uczace', 'egitim', 'traning', 'traening',
    'trenovaci', 'trenink', 'antrenare', 'antrenament', 'opetus', 'pelatihan', 'latih', 'huanluyen',
    'обучение', 'обучающая', 'обучающие', 'обучающий', 'тренировка', 'тренировочная', 'тренировочные', 'тренировочный', 'навчання', 'навчальна', 'навчальні', 'εκπαίδευση',
    '训练', '訓練', '训练集', '訓練集', '学習', 'トレーニング', '학습', '훈련', 'تدريب', 'التدريب', 'آموزش', 'אימון',
    'प्रशिक्षण', 'প্রশিক্ষণ', 'பயிற்சி', 'శిక్షణ', 'ฝึก', 'ฝึกสอน', 'ฝึกอบรม', 'การฝึก'
  ],
  test: [
    'teste', 'prueba', 'pruebas', 'testowy', 'testowe', 'testovaci', 'pengujian', 'uji', 'kiemtra', 'kiemthu',
    'тест', 'тестовая', 'тестовые', 'тестовый', 'тестирование', 'тестування', 'тестова', 'тестові',
    '测试', '測試', '测试集', '測試集', 'テスト', '試験', '시험', '테스트', 'اختبار', 'الاختبار', 'آزمون', 'מבחן', 'בדיקה',
    'परीक्षण', 'परीक्षा', 'चाचणी', 'পরীক্ষা', 'পরীক্ষণ', 'சோதனை', 'పరీక్ష', 'ทดสอบ', 'การทดสอบ'
  ],
  validation: [
    'validacion', 'validacao', 'validazione', 'validierung', 'validatie', 'validering', 'validace', 'validare', 'validasi', 'validointi', 'walidacja', 'walidacyjny', 'walidacyjne', 'dogrulama', 'xacthuc',
    'валидация', 'валидационная', 'валидационные', 'валидационный', 'валідація', 'валідаційна', 'επικύρωση',
    '验证', '驗證', '验证集', '驗證集', '検証', 'バリデーション', '검증', 'التحقق', 'تحقق', 'اعتبارسنجی', 'אימות',
    'सत्यापन', 'যাচাই', 'যাচাইকরণ', 'சரிபார்ப்பு', 'ధ్రువీకరణ', 'ตรวจสอบ', 'การตรวจสอบ'
  ],
  weakTest: ['evaluacion', 'avaliacao', 'valutazione', '評価', '评估', '평가'],
  weakValidation: ['verifica', 'проверка', 'проверочная'],
  pictures: [
    '集', '图片', '图像', '照片', '影像', '圖片', '圖像', '画像', '写真', '이미지', '사진', '数据', '数据集', '資料', '資料集', 'データ', 'データセット', '데이터', '데이터셋',
    'bilder', 'daten', 'donnees', 'datos', 'imagenes', 'fotos', 'dados', 'imagens', 'dati', 'immagini', 'данные', 'изображения', 'obrazy', 'resimler',
    'डेटा', 'चित्र', 'छवि', 'छवियाँ', 'ডেটা', 'ছবি', 'தரவு', 'படங்கள்', 'డేటా', 'చిత్రాలు', 'ข้อมูล', 'ชุดข้อมูล', 'ภาพ', 'รูปภาพ', 'صور', 'داده', 'תמונות'
  ],
  filling: [
    'satz', 'menge', 'datensatz', 'jeu', 'ensemble', 'echantillon', 'echantillons', 'conjunto', 'insieme', 'zbior', 'dane', 'seti', 'veri', 'kumesi', 'набор', 'выборка', 'вибірка',
    'de', 'des', 'du', 'd', 'di', 'la', 'le', 'el', 'los', 'las', 'の', '样本', '样本集', '樣本', '图片集', '图像集', 'セット', '세트',
    'सेट', 'समूह', 'সেট', 'தொகுப்பு', 'సెట్', 'ชุด', 'สำหรับ'
  ]
} as const
