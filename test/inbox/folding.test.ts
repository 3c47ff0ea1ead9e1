import { describe, expect, test } from 'vitest'
import { foldText } from '../../src/inbox/reading/fold.ts'

const own = 'Es geht wieder, danke.'
const quoted = ['> Guten Tag,', '> bitte einmal neu starten.'].join('\n')
const plain = ['Guten Tag,', 'bitte einmal neu starten.'].join('\n')

/** Above ">" lines. */
const announced = [
  'On Mon, Nov 2, 2026 at 9:15 AM Dana Day <dana@desk.example> wrote:',
  'On Monday, November 2nd, 2026 at 9:15 AM, Dana Day <dana@desk.example> wrote:',
  'On 02/11/2026 09:15, Dana Day wrote:',
  'On 2 Nov 2026, at 09:15, Dana Day <dana@desk.example> wrote:',
  'On Mon, Nov 2, 2026 at 9:15 AM Dana Day <\ndana@desk.example> wrote:',
  'On Mon, Nov 2, 2026 at 9:15 AM, Dana Day\n<dana@desk.example>\nwrote:',
  'Dana Day <dana@desk.example> wrote on 2 Nov 2026:',
  'Dana Day wrote:',
  'Am 02.11.26 um 09:15 schrieb Dana Day:',
  'Am Mo., 2. Nov. 2026 um 09:15 Uhr schrieb Dana Day <dana@desk.example>:',
  'Am Montag, 2. November 2026, 09:15:00 Mitteleuropäische Normalzeit schrieb Dana:',
  'Dana Day <dana@desk.example> schrieb am Mo., 2. Nov. 2026, 09:15:',
  'Dana Day <dana@desk.example> hat am 02.11.2026 09:15 CET geschrieben:',
  'Le lun. 2 nov. 2026 à 09:15, Dana Day <dana@desk.example> a écrit :',
  'Le 02/11/2026 à 09:15, Dana Day a écrit :',
  'El lun, 2 nov 2026 a las 9:15, Dana Day (<dana@desk.example>) escribió:',
  'Il giorno lun 2 nov 2026 alle ore 09:15 Dana Day <dana@desk.example> ha scritto:',
  'Op ma 2 nov 2026 om 09:15 schreef Dana Day <dana@desk.example>:',
  'Em seg., 2 de nov. de 2026 às 09:15, Dana Day <dana@desk.example> escreveu:',
  'W dniu 2.11.2026 o 09:15, Dana Day pisze:',
  'pon., 2 lis 2026 o 09:15 Dana Day <dana@desk.example> napisał(a):',
  'Dne 02. 11. 26 v 9:15 Dana Day napsal(a):',
  'Den mån 2 nov. 2026 kl 09:15 skrev Dana Day <dana@desk.example>:',
  'man. 2. nov. 2026 kl. 09.15 skrev Dana Day <dana@desk.example>:',
  'ma 2. marrask. 2026 klo 9.15 Dana Day (dana@desk.example) kirjoitti:',
  'пн, 2 нояб. 2026 г. в 09:15, Dana Day <dana@desk.example>:',
  '02.11.2026 09:15, Dana Day пишет:',
  'пн, 2 лист. 2026 р. о 09:15 Dana Day <dana@desk.example> пише:',
  'Dana Day <dana@desk.example>, 2 Kas 2026 Pzt, 09:15 tarihinde şunu yazdı:',
  '2026年11月2日(月) 9:15 Dana Day <dana@desk.example>:',
  '2026/11/02 9:15、Dana Day <dana@desk.example>のメール:',
  'Dana Day <dana@desk.example> 于2026年11月2日周一 09:15写道：',
  '2026년 11월 2일 (월) 오전 9:15, Dana Day <dana@desk.example>님이 작성:',
  '2026-11-02 9:15 GMT+01:00 Dana Day <dana@desk.example>:',
  '-------- Original Message --------\nSubject: Drucker\nDate: Mon, 2 Nov 2026 09:15:00 +0100\nFrom: Dana <dana@desk.example>\n',
]

/** Above an earlier mail without ">". */
const separated = [
  '-----Original Message-----',
  '-----Ursprüngliche Nachricht-----',
  '-----Message d’origine-----',
  '----- Mensaje original -----',
  '-----Messaggio originale-----',
  '-----Oorspronkelijk bericht-----',
  '-----Mensagem original-----',
  '-----Oryginalna wiadomość-----',
  '-----Původní zpráva-----',
  '-----Ursprungligt meddelande-----',
  '-----Oprindelig meddelelse-----',
  '-----Alkuperäinen viesti-----',
  '-----Исходное сообщение-----',
  '-----元のメッセージ-----',
  '------------------ 原始邮件 ------------------',
  '-----원본 메시지-----',
  '‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐',
  '---- Dana Day wrote ----',
  '-----"Dana Day" <dana@desk.example> schrieb: -----',
  '##- Please type your reply above this line -##',
  'From: Dana Day <dana@desk.example>\nSent: Monday, November 2, 2026 9:15 AM\nTo: Jana\nSubject: Drucker\n',
  'Von: Dana Day\nGesendet: Montag, 2. November 2026 09:15\nAn: Jana\nBetreff: Drucker\n',
  'De : Dana Day <dana@desk.example>\nEnvoyé : lundi 2 novembre 2026 09:15\nÀ : Jana\nObjet : Drucker\n',
  'De: Dana <dana@desk.example>\nEnviado el: lunes, 2 de noviembre de 2026 9:15\nPara: Jana\nAsunto: Drucker\n',
  'Da: Dana <dana@desk.example>\nInviato: lunedì 2 novembre 2026 09:15\nA: Jana\nOggetto: Drucker\n',
  'Van: Dana <dana@desk.example>\nVerzonden: maandag 2 november 2026 09:15\nAan: Jana\nOnderwerp: Drucker\n',
  'Od: Dana <dana@desk.example>\nWysłano: poniedziałek, 2 listopada 2026 09:15\nDo: Jana\nTemat: Drucker\n',
  'Från: Dana <dana@desk.example>\nSkickat: den 2 november 2026 09:15\nTill: Jana\nÄmne: Drucker\n',
  'Fra: Dana <dana@desk.example>\nSendt: 2. november 2026 09:15\nTil: Jana\nEmne: Drucker\n',
  'От: Dana <dana@desk.example>\nОтправлено: 2 ноября 2026 г. 9:15\nКому: Jana\nТема: Drucker\n',
  '差出人: Dana <dana@desk.example>\n送信日時: 2026年11月2日 9:15\n宛先: Jana\n件名: Drucker\n',
  '*From:* Dana Day [mailto:dana@desk.example]\n*Sent:* Monday, November 2, 2026 9:15 AM\n*To:* Jana\n*Subject:* Drucker\n',
  '________________________________\nFrom: Dana <dana@desk.example>\nSent: Monday, November 2, 2026 9:15 AM\nTo: Jana\nSubject: Drucker\n',
  'Op 2-11-2026 9:15 schreef Dana Day <dana@desk.example>:',
  'Le 2 nov. 2026 à 09:15, Dana Day <dana@desk.example<mailto:dana@desk.example>> a écrit:',
]

const signatures = [
  '-- \nJana Novak\nKunde GmbH',
  '--\nJana Novak\nTel. 030 1234567',
  '___\nJana Novak',
  'Sent from my iPhone',
  'Von meinem iPhone gesendet',
  'Envoyé de mon iPhone',
  'Enviado desde mi iPhone',
  'Inviato da iPhone',
  'Verstuurd vanaf mijn iPhone',
  'Gesendet mit der GMX Mail App',
  'Gesendet von Outlook für Android',
  'Sent from Outlook for Android<https://aka.ms/AAb9ysg>',
  'Get Outlook for iOS<https://aka.ms/o0ukef>',
  'Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.',
  'Sent from Yahoo Mail on Android',
  'Sent with Proton Mail secure email.',
  'Von meinem Samsung Galaxy Smartphone gesendet.',
  'Please consider the environment before printing this e-mail.',
]

/** Only look like quotations and signatures. */
const samples = [
  'Das kommt:\n\n> npm start\n> node main.js\n> Error',
  'On Monday he wrote:\n\nplease come and look at it.',
  'Am 12.3.2026 um 10:15 Uhr hat Ihr Kollege geschrieben:\n\nDas Paket kommt morgen. Es kam nicht.',
  'Name | Wert\n--\na | 1\nb | 2',
  '----- Protokoll -----\nFrom: a\nfailed\n-----',
  '--- a/main.ts\n+++ b/main.ts\n-alt\n+neu',
  'Bitte liefern Sie\nVon: Berlin\nAn: Hamburg\nDatum: 3.4.2026\nBetreff: Palette\nDanke',
  '>From now on it works.',
  'Mails sent from my server do not reach Outlook users.\nSent from my iPhone they do.',
  'Von meinem iPhone geht es nicht.',
  'Fragen:\n\n2026-11-02 Jana <jana@kunde.example>\n2026-11-03 Jan <jan@kunde.example>',
  'Viele Grüße\nJana\n\nTel.: 030 1234567\nFax: 030 1234568\nwww.kunde.example\n\nPS: nicht vor 10 Uhr.',
  'Die Datei ist vertraulich, bitte nur an Dana.',
  'Am Montag, 2. November 2026 um 9:15 Uhr schrieb mir Ihr Kollege:\n\nDas Paket kommt. Es kam nicht.',
  'Bitte hierher liefern.\n\nViele Grüße\nJana Novak\nHauptstraße 5\n12345 Berlin\nTel. 0170 1234567',
]

describe('§6: what is new in a mail', () => {
  test.each(announced)('the quotation below is folded: %s', line => {
    expect(foldText(`${own}\n\n${line}\n${quoted}`)).toEqual({ visible: own, folded: expect.stringContaining(quoted) })
    expect(foldText(`${own}\n\n${line}\n\n${quoted}\n`).visible).toBe(own)
  })

  test.each(announced)('one quotation above the answer is folded: %s', line => {
    expect(foldText(`${line}\n${quoted}\n\n${own}`).visible).toBe(own)
  })

  test.each(separated)('the mail below is folded: %s', line => {
    expect(foldText(`${own}\n\n${line}\n\n${plain}`)).toEqual({ visible: own, folded: `${line}\n\n${plain}` })
  })

  test.each(signatures)('a signature is folded, also above a quotation: %s', signature => {
    expect(foldText(`${own}\n\n${signature}`)).toEqual({ visible: own, folded: signature })
    expect(foldText(`${own}\n\n${signature}\n\n${announced[0]}\n\n${quoted}`).visible).toBe(own)
    expect(foldText(`${own}\n\n${announced[0]}\n\n${quoted}\n\n${signature}`).visible).toBe(own)
  })

  test.each(samples)('nothing of it is a quotation: %s', sample => {
    expect(foldText(sample)).toEqual({ visible: sample, folded: '' })
  })

  test('answers between quoted lines keep them, up to the last own words', () => {
    const inline = `${announced[2]}\n> Welches Modell?\n\nHP 4200\n\n> Seit wann?\n\nMontag`
    expect(foldText(`${inline}\n\n> Gruß\n> Dana`)).toEqual({ visible: inline, folded: '> Gruß\n> Dana' })
  })

  test('a quotation between own words stays, unless only a greeting follows', () => {
    const around = `Siehe Antwort:\n\n${announced[2]}\n${quoted}\n\nDas habe ich getan.`
    expect(foldText(around).visible).toBe(around)
    expect(foldText(`${own}\n\n${announced[2]}\n${quoted}\n\nViele Grüße\nJana`).visible).toBe(
      `${own}\n\nViele Grüße\nJana`,
    )
  })

  test('own words on the line of the attribution stay', () => {
    const line = 'Danke! On Mon, Nov 2, 2026 at 9:15 AM Dana <dana@desk.example> wrote:'
    expect(foldText(`${line}\n${quoted}`)).toEqual({ visible: line, folded: quoted })
  })

  test('what the author points at is not folded', () => {
    for (const hint of ['Meine Antworten stehen unten in rot.', 'See my comments inline.', 'Ich bekam diese Mail:']) {
      const text = `${hint}\n\n${separated[21]}\n${plain}`
      expect(foldText(text).visible).toBe(text)
    }
  })

  test('a mail that is handed on stays in sight', () => {
    const lines = [
      '---------- Forwarded message ---------',
      'Anfang der weitergeleiteten Nachricht:',
      '-------- Weitergeleitete Nachricht --------',
      'Début du message transféré :',
    ]
    for (const line of lines) {
      const text = `Zur Kenntnis\n\n${line}\nVon: Lieferant <info@lieferant.example>\nBetreff: Toner\n\nEr kommt morgen.`
      expect(foldText(text)).toEqual({ visible: text, folded: '' })
    }
    const outlook = `Bitte lesen\n\n${separated[21]}\n${plain}`
    expect(foldText(outlook, 'WG: Toner').visible).toBe(outlook)
    expect(foldText(outlook, 'AW: Toner').visible).toBe('Bitte lesen')
  })

  test('where nothing else is there, the quotation is shown', () => {
    for (const text of [
      `${announced[0]}\n\n${quoted}`,
      `${separated[1]}\n${plain}`,
      '-- \nJana',
      'Sent from my iPhone',
    ]) {
      expect(foldText(text)).toEqual({ visible: text, folded: '' })
    }
    expect(foldText('')).toEqual({ visible: '', folded: '' })
  })

  test('the contact lines of a company fold below greeting and name, a notice below them', () => {
    const letter = `${own}\n\nMit freundlichen Grüßen\nJana Novak`
    const block = 'Kunde GmbH\nTel.: 030 1234567\nFax: 030 1234568\nwww.kunde.example\nAmtsgericht Berlin HRB 1234'
    const notice =
      'Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige Adressat\nsind oder diese E-Mail irrtümlich erhalten haben, informieren Sie bitte sofort den Absender.'
    expect(foldText(`${letter}\n\n${block}\n\n${notice}`)).toEqual({
      visible: `${letter}\n\nKunde GmbH`,
      folded: `${block.slice('Kunde GmbH\n'.length)}\n\n${notice}`,
    })
  })

  test.each([
    ['one line of a megabyte', 'x'.repeat(1_000_000)],
    ['one line of spaces', `${' '.repeat(1_000_000)}x`],
    ['100,000 quoted lines', '> x\n'.repeat(100_000)],
    ['100,000 answers between quoted lines', '> x\ny\n'.repeat(50_000)],
    ['100,000 header lines', 'From: x\n'.repeat(100_000)],
    ['100,000 attributions', 'On 2.3.2026 <a@b.example> wrote:\n'.repeat(100_000)],
    ['100,000 signatures', '-- \nx\n'.repeat(50_000)],
    ['rules without end', `${'-'.repeat(390)}x\n`.repeat(20_000)],
    ['a million blank lines', '\n'.repeat(1_000_000)],
  ])('comes to an end: %s', (_, text) => {
    const { visible, folded } = foldText(text)
    expect(visible.length + folded.length).toBeLessThanOrEqual(text.length + 1)
  })
})
