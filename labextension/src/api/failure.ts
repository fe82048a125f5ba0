/** Why a request brought no result. */
import type { FailureKind } from '../status/status';

/** The reason of a failed request, for display. */
export class RequestFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** The HTTP status; null where no server answered. */
    readonly status: number | null = null
  ) {
    super(message);
    this.name = 'RequestFailure';
  }
}
