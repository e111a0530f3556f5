/** Moments: what a window without a picture says, as the catalogues of the screens word it; all of them would weigh more than this page. */

const moments: Readonly<Record<string, string>> = {
    en: 'One moment, please',
    de: 'Einen Moment, bitte',
    es: 'Un momento, por favor',
    fr: 'Un instant',
    ja: 'お待ちください',
    ko: '잠시만 기다려 주세요',
    ms: 'Sila tunggu sebentar',
    th: 'โปรดรอสักครู่',
    'zh-Hans': '请稍候',
};

/** "One moment, please" in a language, else in English. */
export function momentIn(language: string): string {
    return moments[language] ?? moments.en!;
}
