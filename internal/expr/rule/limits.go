package rule

// MaxRules bounds the rules in one condition.
const MaxRules = 1000
