//! The documents of the demo in German.

use chrono::{Datelike, NaiveDate};

use crate::demo::texts::{DemoDocuments, FIRST_REVIEW, Mend, SECOND_REVIEW, THIRD_REVIEW, before, cve};

/// All of them, as they stand for a day.
pub(crate) fn documents(today: NaiveDate) -> DemoDocuments {
    DemoDocuments {
        procedure: procedure(today),
        template: template(),
        threat_model: threat_model(),
        postmortem: postmortem(today),
        records: [first_record(today), second_record(today), third_record(today)],
        mends: vec![
            Mend::after(
                "| #17 |",
                "| #14 | mittel | geschlossen | Risiko akzeptiert: Kopplung nur mit der Pumpe in der Hand |\n| #18 | hoch | geschlossen | behoben in v3.1.0 |",
            ),
            Mend::after(
                "Der Umgang war vollständig",
                "## Effizienz\nDer Umgang war nicht effizient bei #14 und #17, die ihre Ziele verfehlten; eine zweite Person ist jetzt in Rufbereitschaft.",
            ),
            Mend::instead(
                "Alle Sicherheitsprobleme wurden gelöst.",
                "Der Umgang führte nicht in jedem Fall zur Lösung: #17 ist offen, die Behebung ist für das nächste Release geplant.",
            ),
            Mend::after(
                "#12 wurde in ausgelieferter Software gefunden.",
                "#14 und #15 wurden übersehen, weil die Bedrohungsmodellierung Kopplung und Sitzungen nicht umfasste; das Bedrohungsmodell umfasst jetzt beides. #18 wurde im Code-Review übersehen; die Checkliste fragt jetzt nach älteren Ständen.",
            ),
        ],
    }
}

fn procedure(today: NaiveDate) -> String {
    format!(
        "# Verfahren: regelmäßige Überprüfung des Umgangs mit Sicherheitsmängeln\n\n| Feld | Wert |\n|---|---|\n| Dokument-ID | VA-SEC-07 |\n| Version | 1.0 |\n| Gültig ab | {} |\n\n\
## Zweck\n\nDieses Verfahren legt fest, dass regelmäßig überprüft wird, wie mit Sicherheitsmängeln der Pumpe umgegangen wird (IEC 81001-5-1 4.1.6 und 4.1.8).\n\n\
## Regelmäßige Überprüfung\n\nDie Leitung der Qualität überprüft mindestens einmal im Jahr den Umgang mit Sicherheitsmängeln. Die Überprüfung muss jede sicherheitsrelevante Meldung betrachten, die seit der letzten Überprüfung bearbeitet wurde, und beurteilen, ob der Umgang damit vollständig war, ob er effizient war und ob er zur Lösung geführt hat.\n\n\
## Laufende Verbesserung\n\nDas Team muss den Prozess der sicheren Entwicklung laufend verbessern. Jeder Sicherheitsmangel in ausgelieferter Software muss analysiert werden: welche Tätigkeit ihn übersehen hat und was sich an dieser Tätigkeit ändert. Änderungen werden zu Maßnahmen mit Verantwortlichem und Frist.\n",
        before(today, 1350)
    )
}

fn template() -> String {
    "# Sicherheitsüberprüfung JJJJ\n\n| Feld | Wert |\n|---|---|\n| Dokument-ID | TBD |\n| Durchgeführt am | JJJJ-MM-TT |\n| Zeitraum | JJJJ-MM-TT bis JJJJ-MM-TT |\n| Freigegeben von | [Name] |\n\n## Untersuchte Sicherheitsprobleme\n\n| Issue | Schweregrad | Zustand | Entscheidung |\n|---|---|---|---|\n|  |  |  |  |\n\n## Vollständigkeit\n\n[auszufüllen]\n\n## Effizienz\n\n[auszufüllen]\n\n## Lösung\n\n[auszufüllen]\n".to_owned()
}

fn threat_model() -> String {
    "# Bedrohungsmodell\n\n| Schnittstelle | Bedrohung | Maßnahme |\n|---|---|---|\n| Serviceport | Befehle ohne Anmeldung | Anmeldung, ein Passwort je Pumpe |\n| Webdienst | Patientendaten auf dem Weg | TLS |\n".to_owned()
}

fn head(today: NaiveDate, number: u32, [ago, from, to, approved]: [u64; 4]) -> String {
    let held = before(today, ago);
    format!(
        "# Überprüfung des Umgangs mit Sicherheitsmängeln {}\n\n| Feld | Wert |\n|---|---|\n| Dokument-ID | SEC-REV-{number:03} |\n| Version | 1.0 |\n| Status | freigegeben |\n| Produkt | Firmware der Infusionspumpe P1 |\n| Verfahren | VA-SEC-07, IEC 81001-5-1 4.1.8 |\n| Durchgeführt am | {held} |\n| Zeitraum | {} bis {} |\n| Verfasst von | Robin Meyer, Entwicklung |\n| Freigegeben von | Dr. Anna Weber, Leitung Qualität |\n| Freigabedatum | {} |\n\n## Teilnehmer\n\n- Dr. Anna Weber, Leitung Qualität\n- Robin Meyer, Entwicklung\n- Sam Okafor, klinische Anwendung\n\n",
        held.year(),
        before(today, from),
        before(today, to),
        before(today, approved)
    )
}

fn table(rows: &[(u32, &str, &str, &str)]) -> String {
    let mut text = String::from(
        "## Untersuchte Sicherheitsprobleme\n\n| Issue | Schweregrad | Zustand | Entscheidung |\n|---|---|---|---|\n",
    );
    for (number, severity, state, disposition) in rows {
        text += &format!("| #{number} | {severity} | {state} | {disposition} |\n");
    }
    text.push('\n');
    text
}

const ACTIONS: &str = "## Verbesserungsmaßnahmen\n\n| Id | Maßnahme | Verantwortlich | Frist | Issue | Stand |\n|---|---|---|---|---|---|\n";

fn first_record(today: NaiveDate) -> String {
    let actions = format!(
        "{ACTIONS}| A1 | Die Serviceschnittstelle in das Bedrohungsmodell aufnehmen | Robin Meyer | {} | #4, zu #1 | offen |\n| A2 | Eine Rufbereitschaft für Sicherheitsmeldungen einrichten | Sam Okafor | {} |  | offen |\n",
        before(today, 1100),
        before(today, 1080)
    );
    head(today, 1, [FIRST_REVIEW, 1460, FIRST_REVIEW + 2, FIRST_REVIEW - 2])
        + &table(&[
            (1, "hoch", "geschlossen", "behoben in v1.0.1"),
            (3, "kritisch", "geschlossen", "behoben in v1.1.0"),
        ])
        + "## Vollständigkeit\n\nDer Umgang war vollständig: beide Meldungen wurden bewertet, behoben, getestet und ausgeliefert, und die Anwender wurden informiert.\n\n\
## Effizienz\n\nDer Umgang war effizient bei #1, das in 15 Tagen behoben war. #3 dauerte 40 Tage und verfehlte das Ziel von 30 Tagen, weil niemand in Rufbereitschaft war.\n\n\
## Lösung\n\nDer Umgang führte zur Lösung: beide Probleme wurden behoben, und am Stichtag war kein Sicherheitsproblem offen.\n\n\
## Analyse der Mängel im Feld\n\nBeide Mängel wurden in ausgelieferter Software gefunden. #1 und #3 wurden übersehen, weil die Bedrohungsmodellierung die Serviceschnittstelle nicht umfasste; das Bedrohungsmodell umfasst sie jetzt.\n\n"
        + &actions
}

fn second_record(today: NaiveDate) -> String {
    let actions = format!(
        "{ACTIONS}| A3 | Hinweise der Lieferanten wöchentlich verfolgen | Robin Meyer | {} | #10 | offen |\n| A4 | Das Bolus-Protokoll in jedem Build fuzzen | Sam Okafor | {} |  | offen |\n| A5 | In jedem Code-Review nach personenbezogenen Daten im Protokoll fragen | Sam Okafor | {} |  | offen |\n",
        before(today, 640),
        before(today, 600),
        before(today, 610)
    );
    head(today, 2, [SECOND_REVIEW, FIRST_REVIEW + 1, SECOND_REVIEW + 2, SECOND_REVIEW - 1])
        + &table(&[
            (5, "hoch", "geschlossen", "behoben in v2.0.0"),
            (6, "mittel", "geschlossen", "behoben in v2.0.1"),
            (9, "hoch", "geschlossen", "TLS-Bibliothek in v2.1.0 erneuert"),
        ])
        + "## Nachverfolgung früherer Maßnahmen\n\n- A1: erledigt, das Bedrohungsmodell umfasst die Serviceschnittstelle seit dem Frühjahr.\n- A2: erledigt, der Plan der Rufbereitschaft ist als QM-LIST-12 abgelegt.\n\n\
## Vollständigkeit\n\nDer Umgang war vollständig: jede Meldung des Zeitraums wurde bewertet, behoben, getestet und ausgeliefert.\n\n\
## Effizienz\n\nDer Umgang war nicht effizient bei #5, das 80 Tage statt der 60 des Ziels brauchte. Die anderen hielten ihre Ziele ein.\n\n\
## Lösung\n\nDer Umgang führte zur Lösung: am Stichtag war kein Sicherheitsproblem offen. Diese Überprüfung fand vier Monate zu spät statt, weil die Leitung der Qualität nicht besetzt war.\n\n\
## Analyse der Mängel im Feld\n\nAlle drei Mängel wurden in ausgelieferter Software gefunden. #5 wurde übersehen, weil die Sicherheitsanforderungen die Medikamentenbibliothek nicht nannten; die Anforderung wurde ergänzt. #6 wurde im Code-Review übersehen; die Checkliste fragt jetzt nach personenbezogenen Daten. #9 wurde übersehen, weil es keine Überwachung der Lieferanten gab; sie läuft jetzt wöchentlich.\n\n"
        + &actions
}

/// The record with the gaps of the English one.
fn third_record(today: NaiveDate) -> String {
    let actions = format!(
        "{ACTIONS}| A6 | Die Bluetooth-Schnittstelle in den Fuzzing-Plan aufnehmen |  | {} |  | offen |\n",
        before(today, 250)
    );
    head(today, 3, [THIRD_REVIEW, SECOND_REVIEW + 1, THIRD_REVIEW + 2, THIRD_REVIEW - 3])
        + &table(&[
            (12, "kritisch", "geschlossen", "behoben in v3.0.0"),
            (15, "mittel", "geschlossen", "behoben, noch auszuliefern"),
            (17, "hoch", "in Arbeit", "Behebung geplant"),
        ])
        + "## Nachverfolgung früherer Maßnahmen\n\n- A3: erledigt, Hinweise der Lieferanten werden wöchentlich verfolgt.\n- A5: erledigt, die Prüfer fragen danach.\n\n\
## Vollständigkeit\n\nDer Umgang war vollständig: die Meldungen wurden bewertet und analysiert.\n\n\
## Lösung\n\nAlle Sicherheitsprobleme wurden gelöst.\n\n\
## Analyse der Mängel im Feld\n\n#12 wurde in ausgelieferter Software gefunden. Es wurde übersehen, weil die Bolus-Schnittstelle nicht im Fuzzing-Plan war; der Plan wurde geändert.\n\n"
        + &actions
}

fn postmortem(today: NaiveDate) -> String {
    format!(
        "# Post-mortem: zu großer Bolus-Rahmen ({})\n\nDatum: {}\n\n## Was geschah\n\nEin Krankenhaus meldete am {}, dass die Pumpe bei einem zu großen Bolus-Rahmen neu startete. Der Sicherheitsmangel #12 war in der ausgelieferten Firmware seit v1.0.0: jeder im Netz der Station konnte den Empfangspuffer überlaufen lassen.\n\n\
## Warum es nicht früher gefunden wurde\n\nDie Bolus-Schnittstelle war nicht im Fuzzing-Plan, und das Code-Review fragte nicht nach Längenprüfungen.\n\n\
## Was wir geändert haben\n\n- Der Fuzzing-Plan wurde um die Bolus-Schnittstelle erweitert.\n- Die Checkliste des Code-Reviews wurde geändert und fragt jetzt nach Längenprüfungen.\n",
        cve(today, 572, 90_512),
        before(today, 560),
        before(today, 600)
    )
}
