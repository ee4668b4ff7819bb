/** A plot of bars, one for each month or the like. Its figures stand in a table beside it, so it has one name here. */
interface BarsProps {
    label: string;
    bars: ReadonlyArray<{ name: string; value: number; said: string }>;
}

const HEIGHT = 100;
const STEP = 40;

export function Bars({ label, bars }: BarsProps) {
    const most = Math.max(...bars.map(one => one.value), 0);
    return (
        <figure class="bars">
            <figcaption class="small">{label}</figcaption>
            <svg viewBox={`0 0 ${bars.length * STEP} ${HEIGHT + 18}`} role="img" aria-label={label}>
                {bars.map((one, index) => {
                    const height = most > 0 ? (one.value / most) * HEIGHT : 0;
                    return (
                        <g key={one.name}>
                            <title>{`${one.name}: ${one.said}`}</title>
                            <rect class="room" x={index * STEP + 4} y={0} width={STEP - 8} height={HEIGHT} rx={3} />
                            <rect class="bar-value" x={index * STEP + 4} y={HEIGHT - height} width={STEP - 8} height={height} rx={3} />
                            <text x={index * STEP + STEP / 2} y={HEIGHT + 14}>
                                {one.name}
                            </text>
                        </g>
                    );
                })}
            </svg>
        </figure>
    );
}
