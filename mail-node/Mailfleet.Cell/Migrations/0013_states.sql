-- What strangers are told when a customer's mail is not taken: one line of printable ASCII, from the customer's reseller. States: see CustomerState.
ALTER TABLE directory.customer ADD COLUMN refusal_text text;
