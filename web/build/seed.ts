import fc from 'fast-check';

// The same cases in every run, so that a test that fails once fails again.
fc.configureGlobal({ seed: 20261130 });
