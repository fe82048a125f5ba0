/** The formats of exports, as `tram_ext/exports` names them. */

/** Each format with what it is for. */
export const FORMATS: readonly (readonly [string, string])[] = [
  ['navigator', 'ATT&CK Navigator layer'],
  ['stix', 'STIX 2.1 bundle'],
  ['csv', 'Table (CSV)'],
  ['docx', 'Word document'],
  ['json', 'TRAM report export (JSON)']
];
