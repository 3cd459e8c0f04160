import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

/** One last line that says how it went, for people and for logs. */
export default class ClosingLine implements Reporter {
  private tests: TestCase[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests();
  }

  onEnd(result: FullResult): void {
    const count = (outcome: ReturnType<TestCase['outcome']>): number =>
      this.tests.filter((test) => test.outcome() === outcome).length;
    const seconds = Math.round(result.duration / 1000);
    const bad = count('unexpected') + count('flaky');
    console.log(
      `end2end: ${result.status}, ${count('expected')} good, ${bad} bad, ${count('skipped')} skipped, ${seconds} s`,
    );
  }
}
