// ONNX Runtime keeps a device id below the home folder and reports its use to its maker, unless it is told not to before
// it is loaded. Whoever wants that sets ORT_DISABLE_TELEMETRY=0.
import process from 'node:process';

process.env.ORT_DISABLE_TELEMETRY ??= '1';
