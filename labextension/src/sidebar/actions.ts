/** What a person can do in the sidebar; the plugin says how. */
import type { Job, ReportOutline, Training } from '../api/tramServer';

export interface SidebarActions {
  openReport(report: ReportOutline): void;
  openMatrix(report: ReportOutline | null): void;
  openModel(name: string): void;
  exportReport(report: ReportOutline): void;
  deleteReport(report: ReportOutline): void;
  upload(files: readonly File[]): void;
  /** Ask for files, then upload them. */
  chooseFiles(): void;
  mapPaths(paths: readonly string[]): void;
  openSample(): void;
  train(model: string): void;
  cancelJob(job: Job): void;
  retryJob(job: Job): void;
  cancelTraining(training: Training): void;
  refresh(): void;
}
