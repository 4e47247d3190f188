import { RotationError } from '../../errors.ts';

/** The coded error as a value; any other is a bug, and thrown. */
export async function attempted<T>(action: () => Promise<T>): Promise<T | RotationError> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RotationError) return error;
    throw error;
  }
}
