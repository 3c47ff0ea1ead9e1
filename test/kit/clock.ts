// The one fake: Plaindesk's own clock, which tests put forward.
const units = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 }

export class Clock {
  private ahead = 0

  readonly now = (): Date => new Date(Date.now() + this.ahead)

  forward(by: Partial<Record<keyof typeof units, number>>): void {
    for (const [unit, count] of Object.entries(by)) this.ahead += count * units[unit as keyof typeof units]
  }

  reset(): void {
    this.ahead = 0
  }
}
