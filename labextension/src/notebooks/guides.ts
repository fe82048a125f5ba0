/** The list of the tutorial notebooks. */

export interface Guide {
  readonly file: string;
  readonly title: string;
  readonly caption: string;
}

/** Listed here and not requested: opening the launcher must not start TRAM. A test compares them with the files. */
export const GUIDES: readonly Guide[] = [
  { file: '01-quickstart.ipynb', title: 'Quickstart', caption: 'Map a sentence and a report to ATT&CK' },
  { file: '02-review-a-report.ipynb', title: 'Review a Report', caption: 'Accept, reject and correct, by keyboard' },
  { file: '03-train-and-compare.ipynb', title: 'Train and Compare', caption: 'Train a model, and see if it got better' },
  { file: '04-http-api.ipynb', title: 'HTTP API', caption: 'TRAM’s API, called from Python' },
  { file: '05-matrix-and-export.ipynb', title: 'Matrix and Export', caption: 'See the matrix, and hand results on' }
];

/** Where the user's copies lie. */
export const FOLDER = 'tram-notebooks';
